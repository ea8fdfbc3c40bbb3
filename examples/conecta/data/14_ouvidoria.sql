-- Module ouvidoria. One protocol in eight follows an earlier one of the same city.

INSERT INTO public.ombudsman_protocols (id, city_id, protocol_number, follows_id, secretaria_id, requester_id, kind, status, subject, description, anonymous, contact, location, attachments, rating, opened_at, due_on, closed_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT i * stride + (c).ord, (c).city_id, (2019 + i * 7 / n)::text || '-' || lpad((i * stride + (c).ord)::text, 10, '0'),
       CASE WHEN i % 8 = 7 THEN hash % i * stride + (c).ord END,
       CASE WHEN i % 9 > 0 THEN conecta_gen.id('secretarias', (c).ord, hash % (c).secretarias) END,
       CASE WHEN i % 4 > 0 AND i % 3 > 0 THEN conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 1) % (c).profiles) END,
       (ARRAY['reclamação', 'solicitação', 'denúncia', 'sugestão', 'elogio']::public.protocol_kind[])[1 + hash / 16 % 5],
       (ARRAY['encerrado', 'encerrado', 'respondido', 'encaminhado', 'em_análise', 'aberto']::public.protocol_status[])[1 + hash / 256 % 6],
       conecta_gen.odd(hash / 3, 'Protocolo sobre ' || conecta_gen.street(hash)),
       conecta_gen.odd_null(hash / 5, conecta_gen.sentence(hash / 32) || ' ' || conecta_gen.sentence(hash / 1024)), i % 4 = 0,
       CASE WHEN i % 3 = 1 THEN conecta_gen.odd_json(hash / 7, jsonb_build_object('telefone', conecta_gen.phone(hash), 'nome', conecta_gen.first_name(hash))) END,
       CASE WHEN i % 2 = 0 THEN point((hash % 1000)::float8 / 7, (hash / 1000 % 1000)::float8 / 3) END,
       CASE WHEN i % 5 = 0 THEN conecta_gen.odd_array(hash / 11, ARRAY['foto-' || i::text || '.jpg', 'laudo técnico.pdf']) ELSE '{}' END,
       CASE WHEN i % 3 = 0 THEN 1 + hash % 5 END, conecta_gen.moment(i, n, hash), date '2019-01-31' + (i * 2556 / n)::integer,
       CASE WHEN i % 2 = 0 THEN CASE WHEN i % 600 = 6 THEN 'infinity' ELSE conecta_gen.moment(i, n, hash) + interval '12 days' END END,
       conecta_gen.moment(i, n, hash)
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('ombudsman_protocols') s, generate_series(s.lo, s.hi - 1) i) r;
SELECT setval('public.ombudsman_protocols_id_seq', greatest(1, max(id))), setval('public.ombudsman_protocol_number_seq', 1000)
FROM public.ombudsman_protocols \g /dev/null
