-- Module conteudo. A body is sentences and codes: short ones stay in the row, one in six is TOASTed, one in fifty is long.

INSERT INTO public.news (id, city_id, author_id, secretaria_id, title, slug, summary, body, tags, cover_url, status, featured, published_at, views, metadata, created_at, updated_at)
SELECT conecta_gen.id('news', (c).ord, i), (c).city_id,
       CASE WHEN i % 5 > 0 THEN conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 1) % (c).profiles) END,
       conecta_gen.id('secretarias', (c).ord, conecta_gen.h(x, 2) % (c).secretarias),
       conecta_gen.odd(conecta_gen.h(x, 3), 'Notícia ' || i::text || ': ' || conecta_gen.street(conecta_gen.h(x, 3))), 'noticia-' || i::text,
       conecta_gen.odd_null(conecta_gen.h(x, 4), conecta_gen.sentence(conecta_gen.h(x, 4))),
       (SELECT string_agg('<p>' || conecta_gen.sentence(conecta_gen.h(x + p, 5)) || ' ' || md5((x + p)::text) || '</p>', E'\n' ORDER BY p)
        FROM generate_series(1, CASE WHEN i % 50 = 1 THEN 120 + i % 300 WHEN i % 6 = 0 THEN 30 + i % 60 ELSE 3 + i % 7 END) p),
       conecta_gen.odd_array(conecta_gen.h(x, 6), ARRAY['prefeitura', conecta_gen.specialty(i)]), 'https://cdn.conecta.example/n/' || i::text || '.jpg',
       (ARRAY['publicado', 'publicado', 'publicado', 'arquivado', 'rascunho']::public.publication_status[])[1 + i % 5], i % 25 = 0,
       CASE WHEN i % 5 < 4 THEN CASE WHEN i % 700 = 2 THEN '-infinity' ELSE conecta_gen.moment(i, n, conecta_gen.h(x, 7)) END END,
       conecta_gen.h(x, 8) % 100000, conecta_gen.odd_json(conecta_gen.h(x, 9), '{"seo": {"título": "Conecta", "índice": true}}'),
       conecta_gen.moment(i, n, conecta_gen.h(x, 7)), conecta_gen.moment(i, n, conecta_gen.h(x, 7)) + interval '1 hour'
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('news') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.events (id, city_id, organizer_id, title, description, venue, starts_at, ends_at, capacity, free_entry, price, categories, created_at, updated_at)
SELECT conecta_gen.id('events', (c).ord, i), (c).city_id, CASE WHEN i % 4 > 0 THEN conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 1) % (c).profiles) END,
       'Festa de ' || conecta_gen.first_name(conecta_gen.h(x, 2)), conecta_gen.odd_null(conecta_gen.h(x, 3), conecta_gen.sentence(conecta_gen.h(x, 3))),
       conecta_gen.street(conecta_gen.h(x, 4)), conecta_gen.moment(i, n, conecta_gen.h(x, 5)),
       CASE WHEN i % 300 = 4 THEN 'infinity' ELSE conecta_gen.moment(i, n, conecta_gen.h(x, 5)) + interval '5 hours' END,
       CASE WHEN i % 3 > 0 THEN (conecta_gen.h(x, 6) % 20000)::integer END, i % 6 > 0, CASE WHEN i % 6 > 0 THEN 0 ELSE conecta_gen.money(conecta_gen.h(x, 7), 20000) END,
       conecta_gen.odd_array(conecta_gen.h(x, 8), '{"São João",música}'), conecta_gen.moment(i, n, conecta_gen.h(x, 5)), conecta_gen.moment(i, n, conecta_gen.h(x, 5))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('events') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.stories (city_id, author_id, news_id, media_url, caption, views, published_at, expires_at)
SELECT (c).city_id, conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 1) % (c).profiles),
       CASE WHEN i % 3 = 0 THEN conecta_gen.id('news', (c).ord, conecta_gen.h(x, 2) % (c).news) END,
       'https://cdn.conecta.example/s/' || md5(x::text) || '.mp4', conecta_gen.odd_null(conecta_gen.h(x, 3), conecta_gen.sentence(conecta_gen.h(x, 3))),
       (conecta_gen.h(x, 4) % 50000)::integer, conecta_gen.moment(i, n, conecta_gen.h(x, 5)),
       CASE WHEN i % 10 = 0 THEN 'infinity' ELSE conecta_gen.moment(i, n, conecta_gen.h(x, 5)) + interval '1 day' END
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('stories') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.campaign_banners (id, city_id, title, image_url, link_url, background, shown, slot, active, created_at)
SELECT conecta_gen.id('campaign_banners', (c).ord, i), (c).city_id, conecta_gen.odd(conecta_gen.h(x, 1), 'Campanha ' || i::text),
       'https://cdn.conecta.example/b/' || i::text || '.png', CASE WHEN i % 3 > 0 THEN 'https://' || (c).slug || '.gov.example/campanha/' || i::text END,
       '#' || substr(md5(x::text), 1, 6),
       CASE i % 20 WHEN 0 THEN 'empty'::tstzrange WHEN 1 THEN tstzrange(NULL, conecta_gen.moment(i, n, 0), '(]')
                   WHEN 2 THEN tstzrange(conecta_gen.moment(i, n, 0), 'infinity', '[]')
                   ELSE tstzrange(conecta_gen.moment(i, n, 0), conecta_gen.moment(i, n, 0) + interval '30 days') END,
       1 + i % 5, i % 4 > 0, conecta_gen.moment(i, n, 0)
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('campaign_banners') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.gallery_albums (id, city_id, event_id, title, description, photos, labels, cover_thumbnail, created_at)
SELECT conecta_gen.id('gallery_albums', (c).ord, i), (c).city_id, CASE WHEN i % 3 > 0 THEN conecta_gen.id('events', (c).ord, conecta_gen.h(x, 1) % (c).events) END,
       'Álbum ' || i::text, conecta_gen.odd_null(conecta_gen.h(x, 2), conecta_gen.sentence(conecta_gen.h(x, 2))),
       (SELECT COALESCE(jsonb_agg(jsonb_build_object('url', md5((x + p)::text) || '.jpg', 'legenda', conecta_gen.sentence(x + p)) ORDER BY p), '[]')
        FROM generate_series(1, i % 9) p),
       conecta_gen.odd_array(conecta_gen.h(x, 3), '{inauguração,praça}'),
       CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN ''::bytea WHEN 2 THEN '\x00ff00'::bytea ELSE decode(repeat(md5(x::text), 1 + (i % 40)::integer), 'hex') END,
       conecta_gen.moment(i, n, conecta_gen.h(x, 4))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('gallery_albums') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.live_streams (id, city_id, event_id, title, stream_url, started_at, ended_at, peak_viewers, chat_log, created_at)
SELECT conecta_gen.id('live_streams', (c).ord, i), (c).city_id, CASE WHEN i % 2 = 0 THEN conecta_gen.id('events', (c).ord, conecta_gen.h(x, 1) % (c).events) END,
       'Sessão ao vivo ' || i::text, 'rtmp://live.conecta.example/' || md5(x::text), conecta_gen.moment(i, n, conecta_gen.h(x, 2)),
       CASE WHEN i % 30 > 0 THEN conecta_gen.moment(i, n, conecta_gen.h(x, 2)) + interval '2 hours' END, (conecta_gen.h(x, 3) % 9000)::integer,
       conecta_gen.odd_json(conecta_gen.h(x, 4), jsonb_build_array(jsonb_build_object('de', conecta_gen.person(x), 'msg', conecta_gen.sentence(x)), jsonb_build_object('de', 'Moderação', 'msg', '👏👏'))),
       conecta_gen.moment(i, n, conecta_gen.h(x, 2))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('live_streams') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.podcasts (id, city_id, host_id, episode, title, audio_url, duration, transcript, published_at)
SELECT conecta_gen.id('podcasts', (c).ord, i), (c).city_id, conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 1) % (c).profiles), 1 + i::integer,
       conecta_gen.odd(conecta_gen.h(x, 2), 'Conversa com ' || conecta_gen.person(conecta_gen.h(x, 2))), 'https://cdn.conecta.example/p/' || i::text || '.mp3',
       make_interval(mins => (5 + conecta_gen.h(x, 3) % 90)::integer, secs => (conecta_gen.h(x, 3) % 60)::float8),
       CASE WHEN i % 3 = 0 THEN (SELECT string_agg(conecta_gen.sentence(conecta_gen.h(x + p, 4)), ' ' ORDER BY p) FROM generate_series(1, 10 + i % 40) p) END,
       CASE WHEN i % 12 > 0 THEN conecta_gen.moment(i, n, conecta_gen.h(x, 5)) END
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('podcasts') s, generate_series(s.lo, s.hi - 1) i) r;
