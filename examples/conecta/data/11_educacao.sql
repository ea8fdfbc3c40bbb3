-- Module educacao. Class i of a city belongs to its school i % schools; enrollments rely on it.

INSERT INTO public.schools (id, city_id, secretaria_id, name, inep_code, kind, address, latitude, longitude, shifts, has_library, opened_on, phone, capacity, created_at, updated_at)
SELECT conecta_gen.id('schools', (c).ord, i), (c).city_id, conecta_gen.id('secretarias', (c).ord, 0),
       'Escola Municipal ' || conecta_gen.person(conecta_gen.h(x, 1)), (10000000 + i * stride + (c).ord)::text,
       (ARRAY['municipal', 'municipal', 'creche', 'conveniada', 'estadual'])[1 + i % 5],
       conecta_gen.odd_json(conecta_gen.h(x, 2), jsonb_build_object('rua', conecta_gen.street(conecta_gen.h(x, 3)), 'cep', lpad((conecta_gen.h(x, 3) % 100000000)::text, 8, '0'))),
       CASE WHEN i % 50 = 7 THEN 'NaN' ELSE -7.75 + (conecta_gen.h(x, 4) % 100000)::float8 / 1e6 END,
       CASE WHEN i % 50 = 7 THEN 'NaN' ELSE -37.64 + (conecta_gen.h(x, 5) % 100000)::float8 / 1e6 END,
       CASE i % 4 WHEN 0 THEN '{}'::text[] WHEN 1 THEN '{matutino}' WHEN 2 THEN '{matutino,vespertino}' ELSE '{integral}' END,
       i % 3 = 0, CASE WHEN i % 40 = 9 THEN '-infinity' WHEN i % 9 > 0 THEN date '1950-01-01' + (conecta_gen.h(x, 6) % 25000)::integer END,
       conecta_gen.phone(conecta_gen.h(x, 7)), 50 + (conecta_gen.h(x, 8) % 1200)::integer,
       conecta_gen.moment(i, n, conecta_gen.h(x, 9)), conecta_gen.moment(i, n, conecta_gen.h(x, 9)) + interval '3 days'
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('schools') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.students (id, city_id, school_id, full_name, birth_date, cpf, registration, guardian_name, guardian_phone, special_needs, notes, metadata, active, created_at, updated_at, social_name)
SELECT conecta_gen.id('students', (c).ord, i), (c).city_id, conecta_gen.id('schools', (c).ord, conecta_gen.h(x, 1) % (c).schools),
       conecta_gen.person(conecta_gen.h(x, 2)), date '2005-01-01' + (conecta_gen.h(x, 3) % 6000)::integer,
       CASE WHEN i % 3 > 0 THEN conecta_gen.cpf(conecta_gen.h(x, 4)) END, (c).ord::text || '-' || lpad(i::text, 8, '0'),
       conecta_gen.person(conecta_gen.h(x, 5)), CASE WHEN i % 6 > 0 THEN conecta_gen.phone(conecta_gen.h(x, 5)) END,
       CASE WHEN i % 12 = 0 THEN conecta_gen.odd_array(conecta_gen.h(x, 6), '{"baixa visão",TEA}') END,
       CASE WHEN i % 5 = 0 THEN conecta_gen.odd_null(conecta_gen.h(x, 7), conecta_gen.sentence(conecta_gen.h(x, 7))) END,
       CASE WHEN i % 4 = 0 THEN conecta_gen.odd_json(conecta_gen.h(x, 8), jsonb_build_object('bolsa', i % 8 = 0, 'irmãos', i % 5)) ELSE '{}' END,
       i % 13 > 0, conecta_gen.moment(i, n, conecta_gen.h(x, 9)), conecta_gen.moment(i, n, conecta_gen.h(x, 9)) + interval '40 days',
       CASE WHEN i % 400 = 3 THEN conecta_gen.first_name(conecta_gen.h(x, 10)) END
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('students') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.teachers (id, city_id, school_id, profile_id, full_name, subjects, hired_on, salary, weekly_hours, created_at, updated_at)
SELECT conecta_gen.id('teachers', (c).ord, i), (c).city_id, conecta_gen.id('schools', (c).ord, conecta_gen.h(x, 1) % (c).schools),
       CASE WHEN i < (c).profiles AND i % 4 > 0 THEN conecta_gen.id('profiles', (c).ord, i) END,
       conecta_gen.person(conecta_gen.h(x, 2)), conecta_gen.odd_array(conecta_gen.h(x, 3), ARRAY[conecta_gen.subject(conecta_gen.h(x, 3)), 'Projeto de Vida']),
       date '1990-01-01' + (conecta_gen.h(x, 4) % 12000)::integer,
       CASE WHEN i % 200 = 11 THEN 'NaN' WHEN i % 17 > 0 THEN 2886.15 + conecta_gen.money(conecta_gen.h(x, 5), 900000) END,
       CASE i % 3 WHEN 0 THEN interval '40 hours' WHEN 1 THEN interval '20 hours 30 minutes' END,
       conecta_gen.moment(i, n, conecta_gen.h(x, 6)), conecta_gen.moment(i, n, conecta_gen.h(x, 6))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('teachers') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.school_classes (id, city_id, school_id, teacher_id, name, grade, shift, school_year, room, capacity, schedule, created_at)
OVERRIDING SYSTEM VALUE
SELECT i * stride + (c).ord, (c).city_id, conecta_gen.id('schools', (c).ord, i % (c).schools),
       CASE WHEN i % 10 > 0 THEN conecta_gen.id('teachers', (c).ord, conecta_gen.h(x, 1) % (c).teachers) END,
       (1 + i % 9)::text || 'º ano ' || chr(65 + (i % 6)::integer), 1 + i % 9,
       (ARRAY['matutino', 'vespertino', 'noturno', 'integral']::public.turno[])[1 + conecta_gen.h(x, 2) % 4], 2019 + i * 7 / n,
       left(conecta_gen.odd_null(conecta_gen.h(x, 3), 'Sala ' || (i % 30)::text), 20), 20 + i % 25,
       jsonb_build_array(jsonb_build_object('dia', 'segunda', 'aulas', jsonb_build_array(conecta_gen.subject(i), conecta_gen.subject(i + 1), NULL)),
                         jsonb_build_object('dia', 'terça', 'aulas', jsonb_build_array(conecta_gen.subject(i + 2)))),
       conecta_gen.moment(i, n, conecta_gen.h(x, 4))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('school_classes') s, generate_series(s.lo, s.hi - 1) i) r;
SELECT setval('public.school_classes_id_seq', greatest(1, max(id))) FROM public.school_classes \g /dev/null

-- Student i % students in the year 2025 - i / students; the class is any of the city.
INSERT INTO public.student_enrollments (city_id, student_id, school_class_id, school_id, school_year, status, enrolled_on, left_on, needs_transport, remarks, created_at)
SELECT (c).city_id, conecta_gen.id('students', (c).ord, i % (c).students), class * stride + (c).ord, conecta_gen.id('schools', (c).ord, class % (c).schools),
       2025 - i / (c).students, (ARRAY['ativa', 'ativa', 'ativa', 'concluída', 'transferida', 'cancelada']::public.enrollment_status[])[1 + conecta_gen.h(x, 2) % 6],
       date '2019-01-15' + (i * 2500 / n)::integer, CASE WHEN i % 9 = 0 THEN CASE WHEN i % 90 = 0 THEN 'infinity' ELSE date '2026-01-01' - (i % 30)::integer END END,
       i % 4 = 0, CASE WHEN i % 20 = 0 THEN conecta_gen.odd(conecta_gen.h(x, 3), 'Transferido a pedido da família') END,
       conecta_gen.moment(i, n, conecta_gen.h(x, 4))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x, conecta_gen.h(((c).ord::bigint << 40) + i, 1) % (c).school_classes AS class
      FROM conecta_gen.chunks('student_enrollments') s, generate_series(s.lo, s.hi - 1) i) r;

-- School i % schools, then stage by stage, every second year.
INSERT INTO public.ideb_data (city_id, school_id, "anoReferência", stage, score, target, approval_rate, created_at)
SELECT (c).city_id, conecta_gen.id('schools', (c).ord, i % (c).schools), 2005 + i / (c).schools / 3 * 2,
       (ARRAY['anos_iniciais', 'anos_finais', 'ensino_médio'])[1 + i / (c).schools % 3],
       CASE WHEN i % 60 = 8 THEN 'NaN' WHEN i % 9 > 0 THEN conecta_gen.money(conecta_gen.h(x, 1), 1000) END, 4.5 + conecta_gen.money(conecta_gen.h(x, 2), 250),
       CASE i % 70 WHEN 3 THEN 'NaN' WHEN 4 THEN 'Infinity' WHEN 5 THEN '-Infinity' WHEN 6 THEN '-0' ELSE (conecta_gen.h(x, 3) % 1000)::real / 1000 END,
       conecta_gen.moment(i, n, conecta_gen.h(x, 4))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('ideb_data') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.scheduled_assessments (id, city_id, school_class_id, teacher_id, title, subject, scheduled_for, max_score, weights, content, created_at)
SELECT conecta_gen.id('scheduled_assessments', (c).ord, i), (c).city_id, conecta_gen.h(x, 1) % (c).school_classes * stride + (c).ord,
       CASE WHEN i % 8 > 0 THEN conecta_gen.id('teachers', (c).ord, conecta_gen.h(x, 2) % (c).teachers) END,
       conecta_gen.odd(conecta_gen.h(x, 3), 'Avaliação bimestral'), conecta_gen.subject(conecta_gen.h(x, 4)),
       CASE WHEN i % 500 = 9 THEN 'infinity' ELSE conecta_gen.moment(i, n, conecta_gen.h(x, 5)) + interval '10 days' END,
       CASE WHEN i % 7 = 0 THEN 100 ELSE 10 END, conecta_gen.odd_json(conecta_gen.h(x, 6), '{"prova": 0.7, "trabalho": 0.30}'),
       conecta_gen.sentence(conecta_gen.h(x, 7)), conecta_gen.moment(i, n, conecta_gen.h(x, 5))
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('scheduled_assessments') s, generate_series(s.lo, s.hi - 1) i) r;

-- Assessment i % assessments; round by round the next student.
INSERT INTO public.student_assessments (city_id, assessment_id, student_id, graded_by, score, absent, answers, feedback, graded_at)
SELECT (c).city_id, conecta_gen.id('scheduled_assessments', (c).ord, i % (c).scheduled_assessments),
       conecta_gen.id('students', (c).ord, (i % (c).scheduled_assessments * 31 + i / (c).scheduled_assessments) % (c).students),
       CASE WHEN i % 6 = 0 THEN conecta_gen.id('profiles', (c).ord, hash % (c).profiles) END,
       CASE WHEN i % 1000 = 8 THEN 'NaN' WHEN i % 14 > 0 THEN conecta_gen.money(hash, 1000) END, i % 14 = 0,
       CASE WHEN i % 3 = 0 THEN jsonb_build_object('q1', chr(97 + (hash % 5)::integer), 'q2', hash % 11) END,
       CASE WHEN i % 10 = 0 THEN conecta_gen.odd_null(hash / 7, conecta_gen.sentence(hash)) END,
       CASE WHEN i % 5 > 0 THEN conecta_gen.moment(i, n, hash) END
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('student_assessments') s, generate_series(s.lo, s.hi - 1) i) r;
