-- Helpers of the generator, in a schema of their own that 99_cleanup.sql drops.
--
-- Nothing here is random. Every value is a function of (table, city, row number), so the same scale and
-- city count give the same rows, in the same order, every time. One-line SQL functions: the planner inlines them.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS conecta_gen CASCADE;
CREATE SCHEMA conecta_gen;

-- x: which row (city and number in one), salt: which property of it. 0 .. 2^63-1.
CREATE FUNCTION conecta_gen.h(x bigint, salt bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
    AS $$ SELECT hashint8extended(x, salt) & 9223372036854775807 $$;

-- The uuid key of row i of a city in a table; a child computes its parent's key with it.
CREATE FUNCTION conecta_gen.id(tab text, ord integer, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT md5(tab || ':' || ord::text || ':' || i::text)::uuid $$;

-- The moment of row i of n: the years 2019 to 2025 in order, with up to a day of jitter.
CREATE FUNCTION conecta_gen.moment(i bigint, n bigint, h bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    AS $$ SELECT to_timestamp((1546300800 + i * 220838400 / n + h % 86400)::float8 + (h / 86400 % 1000000)::float8 / 1000000) $$;

CREATE FUNCTION conecta_gen.first_name(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT (ARRAY['Ana', 'José', 'Maria', 'João', 'Antônia', 'Francisco', 'Lívia', 'Severino', 'Conceição', 'Luís', 'Inês',
        'Pedro', 'Beatriz', 'Caio', 'Débora', 'Édson', 'Fátima', 'Gonçalo', 'Helena', 'Ítalo', 'Júlia', 'Kauã', 'Letícia', 'Mário',
        'Núbia', 'Otávio', 'Patrícia', 'Quitéria', 'Raimundo', 'Sônia', 'Thiago', 'Úrsula'])[1 + h % 32] $$;
CREATE FUNCTION conecta_gen.last_name(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT (ARRAY['da Silva', 'dos Santos', 'Araújo', 'Brandão', 'Cavalcanti', 'D''Ávila', 'Falcão', 'Galvão', 'Leite', 'Magalhães',
        'Nogueira', 'Pessoa', 'Queirós', 'Rêgo', 'Simões', 'Tavares', 'Veras', 'Xavier', 'Gonçalves', 'Lopes', 'Melo', 'Alencar',
        'Siqueira', 'Patriota'])[1 + h % 24] $$;
CREATE FUNCTION conecta_gen.person(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT conecta_gen.first_name(h) || ' ' || conecta_gen.last_name(h / 37) || ' ' || conecta_gen.last_name(h / 1031) $$;
CREATE FUNCTION conecta_gen.street(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT (ARRAY['Rua Quinze de Novembro', 'Avenida Rio Branco', 'Travessa São José', 'Rua Manoel Borba', 'Praça Monsenhor Arruda Câmara',
        'Rua da Conceição', 'Sítio Poço Redondo', 'Avenida Manoel Virgínio'])[1 + h % 8] || ', ' || (h / 11 % 2000)::text $$;
CREATE FUNCTION conecta_gen.subject(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT (ARRAY['Português', 'Matemática', 'História', 'Geografia', 'Ciências', 'Educação Física', 'Artes', 'Inglês'])[1 + h % 8] $$;
CREATE FUNCTION conecta_gen.specialty(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT (ARRAY['Clínica geral', 'Pediatria', 'Odontologia', 'Ginecologia', 'Cardiologia', 'Psicologia', 'Vacinação'])[1 + h % 7] $$;
CREATE FUNCTION conecta_gen.cpf(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT overlay(overlay(overlay(lpad((h % 100000000000)::text, 11, '0') placing '-' from 10 for 0) placing '.' from 7 for 0) placing '.' from 4 for 0) $$;
CREATE FUNCTION conecta_gen.phone(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT '+55 87 9' || lpad((h % 100000000)::text, 8, '0') $$;
-- Now IPv4, now IPv6, now a network.
CREATE FUNCTION conecta_gen.ip(h bigint) RETURNS inet LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE h % 16 WHEN 0 THEN '2804:14d::'::inet + (h / 16 % 1000000007) WHEN 1 THEN '10.20.0.0/16'::inet ELSE '177.0.0.0'::inet + (h / 16 % 16777216) END $$;
CREATE FUNCTION conecta_gen.money(h bigint, top bigint) RETURNS numeric LANGUAGE sql IMMUTABLE
    AS $$ SELECT (h % top)::numeric / 100 $$;

CREATE FUNCTION conecta_gen.sentence(h bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT (ARRAY[
        'A Prefeitura informa que o atendimento ao público ocorre das 8h às 14h.',
        'Solicito a troca da lâmpada do poste em frente à escola.',
        'A campanha de vacinação começa na próxima segunda-feira em todas as unidades básicas de saúde.',
        'O calendário letivo foi aprovado pelo Conselho Municipal de Educação.',
        'Há um buraco na via que já causou acidentes com motociclistas.',
        'Os moradores da zona rural receberam a visita da equipe técnica.',
        'A obra da praça será concluída até o fim do semestre, segundo a Secretaria de Infraestrutura.',
        'Parabéns à equipe pelo excelente trabalho durante o São João!',
        'O resultado preliminar está disponível no portal da transparência.',
        'Falta água no bairro há três dias e ninguém atende o telefone.',
        'As inscrições para o curso são gratuitas e vão até sexta-feira.',
        'O transporte escolar não passou hoje pela manhã no sítio.'])[1 + h % 12] $$;

-- One value in 97 is a text that careless copying breaks. NULL is among them only in odd_null.
CREATE FUNCTION conecta_gen.odd(h bigint, usual text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $body$ SELECT CASE h % 1552 WHEN 0 THEN '' WHEN 97 THEN E'com\ttabulação' WHEN 194 THEN E'linha um\nlinha dois\r\nlinha três'
        WHEN 291 THEN E'\\N' WHEN 388 THEN E'\\.' WHEN 485 THEN E'C:\\prefeitura\\novo\\' WHEN 582 THEN '"aspas", vírgula; d''água'
        WHEN 679 THEN '🎉 festa da família 👩‍👩‍👧' WHEN 776 THEN U&'cafe\0301 decomposto' WHEN 873 THEN 'NULL' WHEN 970 THEN '  espaços  '
        WHEN 1067 THEN U&'\FEFFmarca de ordem' WHEN 1164 THEN E'sino \u0007 e escape \u001b' WHEN 1261 THEN U&'\+020BB7 野家'
        WHEN 1358 THEN E'{"json": "não é"}' WHEN 1455 THEN '$$cifrão$$ %s :nome {chave}' ELSE usual END $body$;
CREATE FUNCTION conecta_gen.odd_null(h bigint, usual text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE WHEN h / 1552 % 9 = 0 THEN NULL ELSE conecta_gen.odd(h, usual) END $$;
CREATE FUNCTION conecta_gen.odd_array(h bigint, usual text[]) RETURNS text[] LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE h % 67 WHEN 0 THEN '{}'::text[] WHEN 1 THEN '{NULL}' WHEN 2 THEN E'{"a,b","c\\"d",NULL,"NULL",""}'
        WHEN 3 THEN '[0:1]={zero,um}' WHEN 4 THEN '{{a,b},{c,d}}' WHEN 5 THEN E'{"barra \\\\ fim","tab\tno meio"}' ELSE usual END $$;
-- SQL NULL and JSON null are two things; so are 1 and 1.0 in a jsonb.
CREATE FUNCTION conecta_gen.odd_json(h bigint, usual jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE h % 71 WHEN 0 THEN NULL WHEN 1 THEN 'null'::jsonb WHEN 2 THEN '{}' WHEN 3 THEN '[]' WHEN 4 THEN '""'
        WHEN 5 THEN '{"á": "ç\n\t\"\\", "n": 12345678901234567890.12345678901234567890, "um": 1.0, "": [null, true, {"x": []}]}'
        ELSE usual END $$;
