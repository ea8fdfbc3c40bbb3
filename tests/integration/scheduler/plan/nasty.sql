-- A schema with one of everything that has broken schema copiers before. Loaded into a fresh database by psql.
CREATE EXTENSION btree_gist;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION "uuid-ossp";

DO $$ BEGIN
    CREATE ROLE plan_reader NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN
    CREATE ROLE "Plan Writer" NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;

CREATE SCHEMA tools;
CREATE SCHEMA "Odd schema";
GRANT USAGE ON SCHEMA "Odd schema" TO plan_reader;
COMMENT ON SCHEMA "Odd schema" IS 'it''s odd';

CREATE TYPE public.color AS ENUM ('red', 'greén', 'it''s');
CREATE TYPE public.pair AS (a integer, b public.color);
CREATE DOMAIN public.good_pair AS public.pair CHECK ((VALUE).a > 0);
CREATE DOMAIN tools.slug AS text CONSTRAINT slug_is_plain CHECK (VALUE ~ '^[a-z-]+$');
CREATE TYPE tools.slug_range AS RANGE (subtype = text);
CREATE COLLATION tools.plain (provider = libc, locale = 'C');
COMMENT ON TYPE public.color IS 'a colour';
COMMENT ON DOMAIN tools.slug IS 'a slug';

CREATE FUNCTION tools.next_number() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    -- \restrict is no command in here
    RETURN nextval('tools.number_seq');
END $$;
CREATE SEQUENCE tools.number_seq START 100;
CREATE FUNCTION tools.weight(t text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT length(t) $$;
CREATE FUNCTION tools.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tools.log_it(NEW.id);
    RETURN NEW;
END $$;
CREATE FUNCTION tools.log_it(which bigint) RETURNS void LANGUAGE sql AS $$ SELECT $$;
CREATE FUNCTION tools.allowed(who text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
REVOKE EXECUTE ON FUNCTION tools.allowed(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tools.allowed(text) TO plan_reader;
COMMENT ON FUNCTION tools.weight(text) IS 'how long';
CREATE TEXT SEARCH CONFIGURATION tools.words (COPY = portuguese);

CREATE TABLE public.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    city_id uuid,
    number bigint DEFAULT tools.next_number() NOT NULL,
    slug tools.slug,
    mail citext UNIQUE,
    extra hstore DEFAULT ''::hstore,
    uid uuid DEFAULT uuid_generate_v4(),
    name text COLLATE tools.plain NOT NULL,
    weight integer GENERATED ALWAYS AS (tools.weight(name)) STORED,
    favourite public.color DEFAULT 'red',
    colors public.color[],
    best public.good_pair,
    leader bigint,
    dropped integer,
    CONSTRAINT customers_weight_check CHECK (weight >= 0)
) WITH (fillfactor = 80, autovacuum_enabled = true);
ALTER TABLE public.customers DROP COLUMN dropped;
ALTER TABLE public.customers ALTER COLUMN name SET STATISTICS 500, ALTER COLUMN name SET STORAGE EXTERNAL;
ALTER TABLE public.customers ADD CONSTRAINT customers_leader_fkey FOREIGN KEY (leader)
    REFERENCES public.customers (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.customers ADD CONSTRAINT customers_number_key UNIQUE (number) WITH (fillfactor = 70)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE public.customers ADD CONSTRAINT customers_old_check CHECK (number > 0) NOT VALID;
CREATE UNIQUE INDEX customers_lower_idx ON public.customers (lower(name) text_pattern_ops) INCLUDE (slug) WHERE name <> '';
CREATE INDEX customers_expression_idx ON public.customers (tools.weight(name), (number % 10)) WITH (fillfactor = 60);
ALTER INDEX public.customers_expression_idx ALTER COLUMN 2 SET STATISTICS 333;
CREATE INDEX customers_words_idx ON public.customers USING gin (to_tsvector('tools.words', name));
CREATE STATISTICS public.customers_stats (dependencies, ndistinct) ON number, favourite FROM public.customers;
ALTER TABLE public.customers CLUSTER ON customers_number_key;
COMMENT ON TABLE public.customers IS E'who pays\nand who doesn''t';
COMMENT ON COLUMN public.customers.name IS 'as they say it';
COMMENT ON CONSTRAINT customers_pkey ON public.customers IS 'the key';
COMMENT ON CONSTRAINT customers_leader_fkey ON public.customers IS 'up';
COMMENT ON CONSTRAINT customers_weight_check ON public.customers IS 'check';
COMMENT ON INDEX public.customers_lower_idx IS 'without case';
COMMENT ON STATISTICS public.customers_stats IS 'seen';
GRANT SELECT (id, name) ON public.customers TO plan_reader;
GRANT INSERT ON public.customers TO "Plan Writer";

CREATE TABLE "Odd schema"."Tábua ""x""" (
    "Código" serial PRIMARY KEY,
    city_id uuid,
    "a b" integer DEFAULT 7,
    during tstzrange,
    slugs tools.slug_range,
    EXCLUDE USING gist ("a b" WITH =, during WITH &&) WHERE ("a b" > 0)
);
COMMENT ON COLUMN "Odd schema"."Tábua ""x"""."Código" IS 'o código';
COMMENT ON SEQUENCE "Odd schema"."Tábua ""x""_Código_seq" IS 'counts';
CREATE INDEX "Índice é" ON "Odd schema"."Tábua ""x""" USING brin ("a b");
ALTER TABLE "Odd schema"."Tábua ""x""" REPLICA IDENTITY FULL;

CREATE TABLE public.chicken (id integer PRIMARY KEY, city_id uuid, egg integer NOT NULL);
CREATE TABLE public.egg (id integer PRIMARY KEY, city_id uuid, chicken integer);
ALTER TABLE public.chicken ADD CONSTRAINT chicken_egg_fkey FOREIGN KEY (egg) REFERENCES public.egg DEFERRABLE;
ALTER TABLE public.egg ADD CONSTRAINT egg_chicken_fkey FOREIGN KEY (chicken) REFERENCES public.chicken ON DELETE SET NULL;

CREATE TABLE public.events (
    id bigint NOT NULL,
    city_id uuid,
    at date NOT NULL,
    region text NOT NULL,
    customer bigint REFERENCES public.customers,
    PRIMARY KEY (id, at, region)
) PARTITION BY RANGE (at);
CREATE TABLE public.events_2024 PARTITION OF public.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY LIST (region);
CREATE TABLE public.events_2024_north PARTITION OF public.events_2024 FOR VALUES IN ('north');
CREATE TABLE public.events_2024_rest PARTITION OF public.events_2024 DEFAULT;
CREATE TABLE public.events_rest PARTITION OF public.events DEFAULT;
CREATE INDEX events_region_idx ON public.events (region, at DESC);
CREATE INDEX events_rest_own_idx ON public.events_rest (customer);
COMMENT ON INDEX public.events_region_idx IS 'by region';
CREATE TABLE public.tickets (
    id integer PRIMARY KEY, city_id uuid, event bigint, at date, region text,
    FOREIGN KEY (event, at, region) REFERENCES public.events
);
ALTER TABLE public.tickets ADD UNIQUE NULLS NOT DISTINCT (event);

CREATE TABLE public.base (id integer PRIMARY KEY, city_id uuid, note text DEFAULT 'none');
CREATE TABLE public.heir (more integer CHECK (more > 0)) INHERITS (public.base);
CREATE INDEX heir_more_idx ON public.heir (more);
CREATE UNLOGGED TABLE public.scratch (id integer PRIMARY KEY, city_id uuid, kind regclass);
ALTER TABLE public.scratch ADD CONSTRAINT scratch_identity UNIQUE (id);
ALTER TABLE public.scratch REPLICA IDENTITY USING INDEX scratch_identity;

CREATE TRIGGER customers_touch BEFORE UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION tools.touch();
CREATE CONSTRAINT TRIGGER customers_late AFTER INSERT ON public.customers DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION tools.touch();
CREATE TRIGGER events_touch AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION tools.touch();
ALTER TABLE public.customers ENABLE ALWAYS TRIGGER customers_touch;
ALTER TABLE public.customers DISABLE TRIGGER customers_late;
COMMENT ON TRIGGER customers_touch ON public.customers IS 'touches';
CREATE RULE egg_stays AS ON DELETE TO public.egg WHERE old.id = 0 DO INSTEAD NOTHING;
COMMENT ON RULE egg_stays ON public.egg IS 'the first egg';

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON public.customers FOR SELECT TO plan_reader, "Plan Writer" USING (tools.allowed(name));
CREATE POLICY by_egg ON public.customers AS RESTRICTIVE USING (EXISTS (SELECT FROM public.egg WHERE egg.id = customers.id));
COMMENT ON POLICY readers ON public.customers IS 'reads';
ALTER TABLE public.base FORCE ROW LEVEL SECURITY;

CREATE VIEW public.who AS SELECT id, name, count(*) FROM public.customers GROUP BY id;
CREATE MATERIALIZED VIEW public.counted AS SELECT count(*) FROM public.events;
GRANT SELECT ON public.who TO plan_reader;

INSERT INTO public.customers (name, slug, mail, colors, best, extra)
    SELECT 'name ' || n, 'slug', 'm' || n || '@x.org', '{red,greén}', '(1,red)', 'a=>1' FROM generate_series(1, 500) n;
UPDATE public.customers SET leader = id - 1 WHERE id > 1;
INSERT INTO "Odd schema"."Tábua ""x""" (during, slugs) VALUES ('[2024-01-01,2024-01-02)', '[a,b)'), (NULL, NULL);
INSERT INTO public.egg VALUES (1, NULL, NULL);
INSERT INTO public.chicken VALUES (1, NULL, 1);
UPDATE public.egg SET chicken = 1;
INSERT INTO public.events SELECT n, NULL, date '2024-06-01' + n, CASE WHEN n % 2 = 0 THEN 'north' ELSE 'south' END, n
    FROM generate_series(1, 400) n;
INSERT INTO public.tickets SELECT n, NULL, n, date '2024-06-01' + n, CASE WHEN n % 2 = 0 THEN 'north' ELSE 'south' END
    FROM generate_series(1, 300) n;
INSERT INTO public.base (id) VALUES (1), (2);
INSERT INTO public.heir (id, more) VALUES (3, 1);
INSERT INTO public.scratch VALUES (1, NULL, 'public.egg');
ALTER TABLE public.egg ADD CONSTRAINT egg_not_valid_fkey FOREIGN KEY (id) REFERENCES public.chicken NOT VALID;
