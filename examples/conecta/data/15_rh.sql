-- Module rh. Punch i: employee i % profiles, four punches a day, every day the next round.

INSERT INTO public.employee_timeclock (city_id, employee_id, secretaria_id, punched_at, kind, source, ip, device, latitude, longitude, photo_digest, approved, note)
SELECT (c).city_id, conecta_gen.id('profiles', (c).ord, i % (c).profiles), CASE WHEN i % 4 > 0 THEN conecta_gen.id('secretarias', (c).ord, i % (c).secretarias) END,
       to_timestamp((1735725600 + round / 4 * 86400 + round % 4 * 14400 + hash % 1800)::float8 + (hash / 1800 % 1000)::float8 / 1000),
       (ARRAY['entrada', 'início_intervalo', 'fim_intervalo', 'saída']::public.punch_kind[])[1 + round % 4],
       CASE i % 5 WHEN 0 THEN 'relógio' WHEN 1 THEN 'web' ELSE 'app' END, CASE WHEN i % 5 > 0 THEN conecta_gen.ip(hash) END,
       CASE WHEN i % 3 = 0 THEN 'Android ' || (8 + i % 7)::text END, -7.75 + (hash % 100000)::float8 / 1e6, -37.64 + (hash / 7 % 100000)::float8 / 1e6,
       CASE WHEN i % 10 = 0 THEN decode(md5(hash::text), 'hex') END, CASE WHEN i % 6 > 0 THEN i % 7 > 0 END,
       CASE WHEN i % 40 = 0 THEN conecta_gen.odd_null(hash / 13, 'Esqueci de registrar') END
FROM (SELECT s.*, i, i / (c).profiles AS round, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('employee_timeclock') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.employee_absences (id, city_id, employee_id, approved_by, kind, starts_on, ends_on, reason, certificate, created_at, updated_at)
SELECT conecta_gen.id('employee_absences', (c).ord, i), (c).city_id, conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 1) % (c).profiles),
       CASE WHEN i % 3 > 0 THEN conecta_gen.id('profiles', (c).ord, conecta_gen.h(x, 2) % (c).profiles) END,
       (ARRAY['férias', 'licença_médica', 'licença_maternidade', 'falta', 'abono']::public.absence_kind[])[1 + conecta_gen.h(x, 3) % 5],
       date '2019-01-01' + (i * 2500 / n)::integer, date '2019-01-01' + (i * 2500 / n + conecta_gen.h(x, 4) % 30)::integer,
       conecta_gen.odd_null(conecta_gen.h(x, 5), conecta_gen.sentence(conecta_gen.h(x, 5))),
       CASE WHEN i % 5 = 0 THEN decode(repeat(md5(x::text), 1 + (i % 20)::integer), 'hex') END, conecta_gen.moment(i, n, 0), conecta_gen.moment(i, n, 0)
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('employee_absences') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.employee_audit_log (city_id, employee_id, actor_id, action, table_name, old_row, new_row, ip, user_agent, occurred_at)
SELECT (c).city_id, CASE WHEN i % 15 > 0 THEN conecta_gen.id('profiles', (c).ord, hash % (c).profiles) END,
       CASE WHEN i % 4 > 0 THEN conecta_gen.id('profiles', (c).ord, hash / 17 % (c).profiles) END,
       (ARRAY['insert', 'update', 'delete', 'login'])[1 + i % 4], (ARRAY['employee_absences', 'employee_timeclock', 'profiles'])[1 + i % 3],
       CASE WHEN i % 4 = 1 THEN jsonb_build_object('situação', 'pendente', 'v', i % 9) END,
       conecta_gen.odd_json(hash / 5, jsonb_build_object('situação', 'aprovado', 'v', i % 9, 'por', hash % 1000)),
       conecta_gen.ip(hash), CASE WHEN i % 3 > 0 THEN 'Mozilla/5.0 (Linux; Android 13)' END, conecta_gen.moment(i, n, hash)
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('employee_audit_log') s, generate_series(s.lo, s.hi - 1) i) r;
