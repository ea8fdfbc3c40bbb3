-- Module comunicacao. The sealed keys are digests: nothing here opens anything.

INSERT INTO public.social_media_accounts (id, city_id, network, handle, display_name, followers, connected_by, settings, created_at, updated_at)
SELECT conecta_gen.id('social_media_accounts', (c).ord, i), (c).city_id, (ARRAY['instagram', 'facebook', 'youtube', 'x', 'tiktok']::public."RedeSocial"[])[1 + i % 5],
       '@prefeitura_' || replace((c).slug, '-', '_') || CASE WHEN i > 4 THEN '_' || i::text ELSE '' END,
       conecta_gen.odd_null(conecta_gen.h(x, 1), 'Prefeitura'), conecta_gen.h(x, 2) % 5000000000,
       CASE WHEN i % 3 > 0 THEN conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 3) % (c).profiles) END,
       jsonb_build_object('agendamento', i % 2 = 0, 'idioma', 'pt-BR'), conecta_gen.moment(i, n, conecta_gen.h(x, 4)), conecta_gen.moment(i, n, conecta_gen.h(x, 4))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('social_media_accounts') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.social_media_posts (city_id, account_id, news_id, content, media_urls, metrics, external_id, published_at, error)
SELECT (c).city_id, conecta_gen.id('social_media_accounts', (c).ord, hash % (c).social_media_accounts),
       CASE WHEN i % 3 = 0 THEN conecta_gen.id('news', (c).ord, hash / 3 % (c).news) END,
       conecta_gen.odd_null(hash / 7, conecta_gen.sentence(hash / 5) || ' #Conecta 💙'),
       CASE WHEN i % 2 = 0 THEN ARRAY['https://cdn.conecta.example/m/' || i::text || '.jpg'] ELSE conecta_gen.odd_array(hash, '{}') END,
       CASE WHEN i % 4 > 0 THEN jsonb_build_object('curtidas', hash % 10000, 'taxa', (hash % 1000)::numeric / 1000) END,
       CASE WHEN i % 10 > 0 THEN (c).ord::text || '_' || i::text END, CASE WHEN i % 10 > 0 THEN conecta_gen.moment(i, n, hash) END,
       CASE WHEN i % 10 = 0 THEN E'HTTP 429\n{"error": "limite excedido"}' END
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('social_media_posts') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.social_media_api_keys (id, city_id, account_id, key_name, sealed_key, scopes, expires_at, last_used_from, revoked, created_at)
SELECT conecta_gen.id('social_media_api_keys', (c).ord, i), (c).city_id, conecta_gen.id('social_media_accounts', (c).ord, i % (c).social_media_accounts),
       'chave ' || i::text, '\x00'::bytea || decode(md5(x::text) || md5('k' || x::text), 'hex'), conecta_gen.odd_array(conecta_gen.h(x, 1), '{publish,insights}'),
       CASE WHEN i % 3 = 0 THEN 'infinity' ELSE conecta_gen.moment(i, n, 0) + interval '365 days' END, conecta_gen.ip(conecta_gen.h(x, 2)), i % 9 = 0, conecta_gen.moment(i, n, 0)
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('social_media_api_keys') s, generate_series(s.lo, s.hi - 1) i) r;
