-- Module infraestrutura.

INSERT INTO public.api_cache (cache_key, city_id, payload, body, etag, hits, expires_at)
SELECT (c).slug || ':/api/v1/' || (ARRAY['schools', 'news', 'events', 'health-units'])[1 + i % 4] || '?page=' || i::text, (c).city_id,
       CASE WHEN i % 2 = 0 THEN conecta_gen.odd_json(hash, jsonb_build_object('itens', jsonb_build_array(hash % 1000, hash / 7 % 1000), 'total', i)) END,
       CASE i % 4 WHEN 1 THEN ''::bytea WHEN 3 THEN decode(repeat(md5(hash::text), 2 + (i % 100)::integer), 'hex') END,
       CASE WHEN i % 3 > 0 THEN 'W/"' || md5(i::text) || '"' END, (hash % 1000)::integer,
       CASE WHEN i % 50 = 0 THEN 'infinity' WHEN i % 50 = 1 THEN '-infinity' ELSE conecta_gen.moment(i, n, hash) END
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('api_cache') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.notifications (city_id, profile_id, channel, title, body, data, created_at, sent_at, read_at)
SELECT (c).city_id, conecta_gen.id('profiles', (c).ord, hash % (c).profiles), (ARRAY['push', 'push', 'email', 'whatsapp', 'sms']::public.notification_channel[])[1 + hash / 3 % 5],
       CASE i % 3 WHEN 0 THEN 'Sua consulta foi confirmada' WHEN 1 THEN 'Novo comunicado da escola' ELSE 'Protocolo atualizado' END,
       conecta_gen.odd_null(hash / 7, conecta_gen.sentence(hash / 5)), CASE WHEN i % 3 = 0 THEN jsonb_build_object('rota', '/consultas/' || i::text) END,
       conecta_gen.moment(i, n, hash), CASE WHEN i % 20 > 0 THEN conecta_gen.moment(i, n, hash) + interval '2 seconds' END,
       CASE WHEN i % 3 = 1 THEN conecta_gen.moment(i, n, hash) + interval '1 hour' END
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('notifications') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.report_requests (id, city_id, requested_by, report, format, parameters, status, result, error, requested_at, finished_at)
SELECT conecta_gen.id('report_requests', (c).ord, i), (c).city_id, CASE WHEN i % 8 > 0 THEN conecta_gen.id('profiles', (c).ord, hash % (c).profiles) END,
       (ARRAY['frequência', 'folha de ponto', 'matrículas', 'despesas'])[1 + i % 4], (ARRAY['pdf', 'csv', 'xlsx'])[1 + i % 3],
       COALESCE(conecta_gen.odd_json(hash / 5, jsonb_build_object('ano', 2019 + i * 7 / n, 'escola', NULL)), '{}'),
       CASE i % 5 WHEN 0 THEN 'pending' WHEN 1 THEN 'failed' ELSE 'done' END,
       CASE WHEN i % 5 > 1 THEN decode(repeat(md5(hash::text), 5 + (i % 150)::integer), 'hex') END,
       CASE WHEN i % 5 = 1 THEN conecta_gen.odd(hash / 3, E'tempo esgotado\tapós 30 s') END, conecta_gen.moment(i, n, hash),
       CASE WHEN i % 5 > 0 THEN conecta_gen.moment(i, n, hash) + interval '31 seconds' END
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('report_requests') s, generate_series(s.lo, s.hi - 1) i) r;
