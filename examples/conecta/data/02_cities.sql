-- The cities: population as of the 2022 census. The first is the legacy city, whose rows carry no city_id.
-- psql variables: scale, cities.

CREATE TABLE conecta_gen.place (ord integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, slug text, state text, population bigint);
INSERT INTO conecta_gen.place (name, slug, state, population) VALUES
    ('Afogados da Ingazeira', 'afogados-da-ingazeira', 'PE', 40241),
    ('Recife', 'recife', 'PE', 1488920),
    ('Salvador', 'salvador', 'BA', 2417678),
    ('São Paulo', 'sao-paulo', 'SP', 11451999),
    ('Rio de Janeiro', 'rio-de-janeiro', 'RJ', 6211223),
    ('Serra Talhada', 'serra-talhada', 'PE', 92228),
    ('Brasília', 'brasilia', 'DF', 2817381),
    ('Fortaleza', 'fortaleza', 'CE', 2428708),
    ('Belo Horizonte', 'belo-horizonte', 'MG', 2315560),
    ('Manaus', 'manaus', 'AM', 2063689),
    ('Curitiba', 'curitiba', 'PR', 1773718),
    ('Goiânia', 'goiania', 'GO', 1437366),
    ('Porto Alegre', 'porto-alegre', 'RS', 1332845),
    ('Belém', 'belem', 'PA', 1303403),
    ('Guarulhos', 'guarulhos', 'SP', 1291771),
    ('Campinas', 'campinas', 'SP', 1139047),
    ('São Luís', 'sao-luis', 'MA', 1037775),
    ('Maceió', 'maceio', 'AL', 957916),
    ('Campo Grande', 'campo-grande', 'MS', 898100),
    ('São Gonçalo', 'sao-goncalo', 'RJ', 896744),
    ('Teresina', 'teresina', 'PI', 866300),
    ('João Pessoa', 'joao-pessoa', 'PB', 833932),
    ('Duque de Caxias', 'duque-de-caxias', 'RJ', 808161),
    ('Nova Iguaçu', 'nova-iguacu', 'RJ', 785867),
    ('Natal', 'natal', 'RN', 751300),
    ('Osasco', 'osasco', 'SP', 728615),
    ('Sorocaba', 'sorocaba', 'SP', 723682),
    ('Uberlândia', 'uberlandia', 'MG', 713224),
    ('Ribeirão Preto', 'ribeirao-preto', 'SP', 698642),
    ('Cuiabá', 'cuiaba', 'MT', 650877),
    ('Jaboatão dos Guararapes', 'jaboatao-dos-guararapes', 'PE', 644037),
    ('Joinville', 'joinville', 'SC', 616317),
    ('Feira de Santana', 'feira-de-santana', 'BA', 616272),
    ('Aracaju', 'aracaju', 'SE', 602757),
    ('Londrina', 'londrina', 'PR', 555965),
    ('Juiz de Fora', 'juiz-de-fora', 'MG', 540756),
    ('Florianópolis', 'florianopolis', 'SC', 537211),
    ('Porto Velho', 'porto-velho', 'RO', 460434),
    ('Macapá', 'macapa', 'AP', 442933),
    ('Campina Grande', 'campina-grande', 'PB', 419379),
    ('Petrolina', 'petrolina', 'PE', 386791),
    ('Caruaru', 'caruaru', 'PE', 378052),
    ('Olinda', 'olinda', 'PE', 349976),
    ('Vitória', 'vitoria', 'ES', 322869),
    ('Palmas', 'palmas', 'TO', 302692),
    ('Garanhuns', 'garanhuns', 'PE', 142506),
    ('Arcoverde', 'arcoverde', 'PE', 77742),
    ('São José do Egito', 'sao-jose-do-egito', 'PE', 31004),
    ('Tabira', 'tabira', 'PE', 27505),
    ('Carnaíba', 'carnaiba', 'PE', 18437);

-- Beyond the list: invented municipalities, smaller and smaller.
INSERT INTO conecta_gen.place (name, slug, state, population)
SELECT 'Município ' || lpad(n::text, 4, '0'), 'municipio-' || lpad(n::text, 4, '0'),
       (ARRAY['PE', 'BA', 'MG', 'SP', 'PR', 'CE', 'GO', 'RS'])[1 + n % 8], greatest(900, 20000000 / (n * 10))
FROM generate_series(51, :cities::integer) n
ORDER BY n;
DELETE FROM conecta_gen.place WHERE ord > :cities::integer;

INSERT INTO public.cities (id, name, slug, logo_url, primary_color, secondary_color, accent_color, db_url, state, population, created_at, updated_at)
SELECT conecta_gen.id('cities', ord, 0), name, slug, 'https://cdn.conecta.example/' || slug || '/brasão.png',
       '#' || substr(md5(slug), 1, 6), '#F5C842', '#FFFFFF', NULL, state, population,
       to_timestamp(1546300800 + ord * 86400), to_timestamp(1546300800 + ord * 86400)
FROM conecta_gen.place
ORDER BY ord;

-- A city's part of every table follows its population. The pilot city has used the platform for years
-- while the others joined late: it weighs fifteen times its people.
CREATE FUNCTION conecta_gen.part(total numeric, share numeric) RETURNS bigint LANGUAGE sql IMMUTABLE
    AS $$ SELECT ceil(total * share)::bigint $$;

-- How many rows each city has in each table. Totals are those of scale 1.
CREATE TABLE conecta_gen.city AS
WITH weighed AS (
    SELECT *, population * CASE WHEN ord = 1 THEN 15 ELSE 1 END AS weight FROM conecta_gen.place
), shared AS (
    SELECT ord, slug, CASE WHEN ord > 1 THEN conecta_gen.id('cities', ord, 0) END AS city_id,
           :'scale'::numeric * weight / sum(weight) OVER () AS share,
           (ord % 7 <> 5)::integer AS streams   -- every seventh city has no live streams and no podcasts
    FROM weighed
)
SELECT ord, slug, city_id,
    10::bigint AS secretarias,
    conecta_gen.part(120000, share) AS profiles,
    conecta_gen.part(120000, share) + conecta_gen.part(120000, share) / 5 AS user_roles,
    conecta_gen.part(6000, share) AS schools,
    conecta_gen.part(700000, share) AS students,
    conecta_gen.part(60000, share) AS teachers,
    conecta_gen.part(60000, share) AS school_classes,
    conecta_gen.part(1200000, share) AS student_enrollments,
    conecta_gen.part(40000, share) AS ideb_data,
    conecta_gen.part(80000, share) AS scheduled_assessments,
    -- every student sits an assessment once
    least(conecta_gen.part(2200000, share), conecta_gen.part(80000, share) * conecta_gen.part(700000, share)) AS student_assessments,
    conecta_gen.part(8000, share) AS health_units,
    conecta_gen.part(1400000, share) AS appointments,
    conecta_gen.part(120000, share) AS news,
    conecta_gen.part(60000, share) AS events,
    conecta_gen.part(150000, share) AS stories,
    conecta_gen.part(10000, share) AS campaign_banners,
    conecta_gen.part(30000, share) AS gallery_albums,
    conecta_gen.part(15000, share) * streams AS live_streams,
    conecta_gen.part(20000, share) * streams AS podcasts,
    conecta_gen.part(400000, share) AS ombudsman_protocols,
    conecta_gen.part(2000000, share) AS employee_timeclock,
    conecta_gen.part(120000, share) AS employee_absences,
    conecta_gen.part(600000, share) AS employee_audit_log,
    conecta_gen.part(150000, share) AS transferencias_federais,
    conecta_gen.part(60000, share) AS orcamento_educacao,
    conecta_gen.part(50000, share) AS advertising_expenses,
    conecta_gen.part(1000, share) AS social_media_accounts,
    conecta_gen.part(300000, share) AS social_media_posts,
    conecta_gen.part(1000, share) AS social_media_api_keys,
    conecta_gen.part(80000, share) AS api_cache,
    conecta_gen.part(500000, share) AS notifications,
    conecta_gen.part(40000, share) AS report_requests
FROM shared;
ANALYZE conecta_gen.city;

-- The order in which the rows of a table came: time slot by time slot, in each slot every city.
-- So the rows of a city lie scattered over the whole table, as they do when cities share one for years.
-- One chunk is rows lo .. hi-1 of the n that a city has; c holds the city and its counts.
CREATE TYPE conecta_gen.chunk AS (lo bigint, hi bigint, n bigint, stride bigint, c conecta_gen.city);
CREATE FUNCTION conecta_gen.chunks(tab text) RETURNS SETOF conecta_gen.chunk LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    RETURN QUERY
    WITH counted AS (
        SELECT city AS c, (to_jsonb(city) ->> tab)::bigint AS n FROM conecta_gen.city
    ), slots AS (
        SELECT greatest(1, least(200, max(counted.n) / 50)) AS total, count(*) AS cities FROM counted
    )
    SELECT counted.n * k / slots.total, counted.n * (k + 1) / slots.total, counted.n, slots.cities, counted.c
    FROM slots, generate_series(0, slots.total - 1) k, counted
    WHERE counted.n * k / slots.total < counted.n * (k + 1) / slots.total
    ORDER BY k, (counted.c).ord;
END
$$;
