-- secretarias, profiles, roles, user_roles.

INSERT INTO public.roles (id, name, description, permissions) OVERRIDING SYSTEM VALUE VALUES
    (1, 'cidadão', 'Qualquer pessoa com conta', '{}'),
    (2, 'servidor', 'Servidor público municipal', '{ponto:registrar}'),
    (3, 'professor', 'Docente da rede', '{ponto:registrar,notas:lançar}'),
    (4, 'diretor', 'Direção escolar', '{notas:ver,turmas:editar}'),
    (5, 'médico', NULL, '{prontuário:ver}'),
    (6, 'jornalista', 'Comunicação', '{notícias:editar,stories:editar}'),
    (7, 'ouvidor', 'Ouvidoria', '{protocolos:ver,protocolos:responder}'),
    (8, 'administrador', 'Acesso total ao município', '{*}');
SELECT setval('public.roles_id_seq', 8) \g /dev/null

INSERT INTO public.secretarias (id, city_id, name, acronym, email, annual_budget, active, created_at)
SELECT conecta_gen.id('secretarias', (c).ord, i), (c).city_id,
       'Secretaria de ' || (ARRAY['Educação', 'Saúde', 'Administração', 'Finanças', 'Cultura', 'Assistência Social', 'Infraestrutura',
                                  'Comunicação', 'Agricultura', 'Transporte'])[1 + i],
       (ARRAY['SEDUC', 'SMS', 'SAD', 'SEFIN', 'SECULT', 'SAS', 'SEINFRA', 'SECOM', 'SEAGRI', 'SETRAN'])[1 + i],
       CASE WHEN i <> 9 THEN 'gabinete' || i::text || '@' || (c).slug || '.gov.example' END,
       conecta_gen.money(conecta_gen.h(((c).ord::bigint << 40) + i, 1), 90000000000), i <> 9,
       conecta_gen.moment(0, 1, i * 3600)
FROM conecta_gen.chunks('secretarias') s, generate_series(s.lo, s.hi - 1) i;

INSERT INTO public.profiles (id, city_id, secretaria_id, full_name, email, phone, cpf, avatar_url, preferences, last_seen_ip, created_at, updated_at)
SELECT conecta_gen.id('profiles', (c).ord, i), (c).city_id,
       CASE WHEN conecta_gen.h(x, 1) % 3 > 0 THEN conecta_gen.id('secretarias', (c).ord, conecta_gen.h(x, 1) % (c).secretarias) END,
       conecta_gen.person(conecta_gen.h(x, 2)), 'Pessoa' || i::text || '@' || (c).slug || '.example',
       CASE WHEN i % 5 > 0 THEN conecta_gen.phone(conecta_gen.h(x, 3)) END, CASE WHEN i % 11 > 0 THEN conecta_gen.cpf(conecta_gen.h(x, 4)) END,
       conecta_gen.odd_null(conecta_gen.h(x, 5), 'https://cdn.conecta.example/a/' || i::text || '.webp'),
       conecta_gen.odd_json(conecta_gen.h(x, 6), jsonb_build_object('tema', CASE WHEN i % 2 = 0 THEN 'claro' ELSE 'escuro' END, 'fonte', i % 5)),
       CASE WHEN i % 4 > 0 THEN conecta_gen.ip(conecta_gen.h(x, 7)) END,
       conecta_gen.moment(i, n, conecta_gen.h(x, 8)), conecta_gen.moment(i, n, conecta_gen.h(x, 8)) + interval '90 minutes'
FROM (SELECT s.*, i, ((c).ord::bigint << 40) + i AS x FROM conecta_gen.chunks('profiles') s, generate_series(s.lo, s.hi - 1) i) r;

-- One role for everyone, a second one for every fifth.
INSERT INTO public.user_roles (profile_id, role_id, city_id, granted_at)
SELECT conecta_gen.id('profiles', (c).ord, i % (c).profiles), 1 + (i % (c).profiles + i / (c).profiles) % 8, (c).city_id,
       conecta_gen.moment(i, n, i)
FROM conecta_gen.chunks('user_roles') s, generate_series(s.lo, s.hi - 1) i;
