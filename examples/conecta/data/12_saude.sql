-- Module saude.

INSERT INTO public.health_units (id, city_id, secretaria_id, name, cnes_code, kind, specialties, address, location, opens_at, open_24h, created_at, updated_at)
SELECT conecta_gen.id('health_units', (c).ord, i), (c).city_id, conecta_gen.id('secretarias', (c).ord, 1),
       'Unidade de Saúde ' || conecta_gen.person(conecta_gen.h(x, 1)), lpad((i * stride + (c).ord)::text, 8, '0'),
       (ARRAY['ubs', 'ubs', 'ubs', 'upa', 'hospital', 'caps', 'policlínica'])[1 + i % 7],
       conecta_gen.odd_array(conecta_gen.h(x, 2), ARRAY[conecta_gen.specialty(i), conecta_gen.specialty(i + 3)]),
       conecta_gen.odd_json(conecta_gen.h(x, 3), jsonb_build_object('rua', conecta_gen.street(conecta_gen.h(x, 3)))),
       CASE WHEN i % 8 > 0 THEN point(-37.64 + (conecta_gen.h(x, 4) % 100000)::float8 / 1e6, -7.75 + (conecta_gen.h(x, 5) % 100000)::float8 / 1e6) END,
       CASE WHEN i % 7 <> 4 THEN time '07:00' + (i % 4) * interval '30 minutes' END, i % 7 = 4,
       conecta_gen.moment(i, n, conecta_gen.h(x, 6)), conecta_gen.moment(i, n, conecta_gen.h(x, 6))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('health_units') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.appointments (city_id, health_unit_id, patient_id, patient_name, patient_cpf, specialty, status, priority, scheduled_at, expected_duration, symptoms, triage, notes, requested_from, created_at, updated_at)
SELECT (c).city_id, conecta_gen.id('health_units', (c).ord, conecta_gen.h(x, 1) % (c).health_units),
       CASE WHEN i % 3 = 0 THEN conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 2) % (c).profiles) END,
       conecta_gen.person(hash), CASE WHEN i % 4 > 0 THEN conecta_gen.cpf(hash) END, conecta_gen.specialty(hash),
       (ARRAY['concluído', 'concluído', 'concluído', 'faltou', 'cancelado', 'agendado', 'confirmado', 'em_atendimento']::public.appointment_status[])[1 + hash / 64 % 8],
       hash / 512 % 5, CASE WHEN i % 3000 = 5 THEN 'infinity' ELSE conecta_gen.moment(i, n, hash) + interval '7 days' END,
       CASE i % 4 WHEN 0 THEN interval '20 minutes' WHEN 1 THEN interval '1 mon -3 days 00:00:00.5' WHEN 2 THEN interval '45 minutes' END,
       CASE WHEN i % 5 = 0 THEN conecta_gen.odd_array(hash / 3, '{febre,"dor de cabeça"}') END,
       CASE WHEN i % 4 = 0 THEN conecta_gen.odd_json(hash / 5, jsonb_build_object('pressão', '12x8', 'temperatura', 36 + hash % 40 / 10.0)) END,
       CASE WHEN i % 6 = 0 THEN conecta_gen.odd_null(hash / 11, conecta_gen.sentence(hash)) END,
       CASE WHEN i % 2 = 0 THEN conecta_gen.ip(hash) END, conecta_gen.moment(i, n, hash), conecta_gen.moment(i, n, hash)
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('appointments') s, generate_series(s.lo, s.hi - 1) i) r;
