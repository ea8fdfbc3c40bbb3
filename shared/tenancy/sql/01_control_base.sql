-- The control schema, version 1. Runs once, in one transaction, in a database that may already hold public.cities,
-- or a public.tenant_registry and tenant_module_log of an application's own: those are kept and get what they lack.
-- `public` holds what applications and people query by name; the rest is in `tropeiro`, which exists already.

CREATE TABLE IF NOT EXISTS public.tenant_registry (
    tenant_id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_slug        text NOT NULL UNIQUE,
    tenant_name        text NOT NULL,
    email              text,
    is_active          boolean NOT NULL DEFAULT true,
    modules_subscribed text[] NOT NULL DEFAULT '{}',
    operations_schema  text,
    finance_schema     text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE public.tenant_registry
    ALTER COLUMN tenant_id SET DEFAULT gen_random_uuid(),
    ADD COLUMN IF NOT EXISTS email text,
    ADD COLUMN IF NOT EXISTS is_active boolean NOT NULL DEFAULT true,
    ADD COLUMN IF NOT EXISTS modules_subscribed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS operations_schema text,
    ADD COLUMN IF NOT EXISTS finance_schema text,
    ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();

-- One row per tenant, module and table of a rollout, brought or kept or failed, and one per module with table_name
-- NULL.
CREATE TABLE IF NOT EXISTS public.tenant_module_log (
    log_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id      uuid NOT NULL REFERENCES public.tenant_registry,
    module_name    text NOT NULL,
    schema_name    text,
    table_name     text,
    status         text NOT NULL,
    provisioned_at timestamptz NOT NULL DEFAULT now(),
    rollout_id     bigint,
    job_id         bigint,
    action         text NOT NULL DEFAULT 'provision',
    rows           bigint,
    bytes          bigint,
    receipt        text,
    duration_ms    bigint,
    error          text
);
ALTER TABLE public.tenant_module_log
    ADD COLUMN IF NOT EXISTS log_id bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN IF NOT EXISTS schema_name text,
    ADD COLUMN IF NOT EXISTS table_name text,
    ADD COLUMN IF NOT EXISTS provisioned_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS rollout_id bigint,
    ADD COLUMN IF NOT EXISTS job_id bigint,
    ADD COLUMN IF NOT EXISTS action text NOT NULL DEFAULT 'provision',
    ADD COLUMN IF NOT EXISTS rows bigint,
    ADD COLUMN IF NOT EXISTS bytes bigint,
    ADD COLUMN IF NOT EXISTS receipt text,
    ADD COLUMN IF NOT EXISTS duration_ms bigint,
    ADD COLUMN IF NOT EXISTS error text;
CREATE INDEX IF NOT EXISTS tenant_module_log_tenant ON public.tenant_module_log (tenant_id, module_name, provisioned_at DESC);
-- A publish that runs twice writes its lines once.
CREATE UNIQUE INDEX IF NOT EXISTS tenant_module_log_once
    ON public.tenant_module_log (rollout_id, tenant_id, module_name, coalesce(table_name, ''), status)
    WHERE rollout_id IS NOT NULL;

-- Where a tenant's module lives: the truth that the registry's older columns follow.
CREATE TABLE tropeiro.tenant_module (
    tenant_id     uuid NOT NULL REFERENCES public.tenant_registry,
    module_name   text NOT NULL,
    database_name text NOT NULL,
    schema_name   text NOT NULL DEFAULT 'public',
    status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    enabled_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, module_name)
);
-- What a registry that was here before us says about subscriptions.
INSERT INTO tropeiro.tenant_module (tenant_id, module_name, database_name, schema_name)
SELECT r.tenant_id, m.name, current_database(),
       coalesce(CASE m.name WHEN 'operations' THEN r.operations_schema WHEN 'finance' THEN r.finance_schema END, 'public')
  FROM public.tenant_registry r CROSS JOIN LATERAL unnest(r.modules_subscribed::text[]) AS m(name)
ON CONFLICT DO NOTHING;

CREATE FUNCTION tropeiro.follow_tenant_module() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
BEGIN
    UPDATE public.tenant_registry r
       SET modules_subscribed = coalesce((SELECT array_agg(m.module_name ORDER BY m.module_name)
                                            FROM tropeiro.tenant_module m
                                           WHERE m.tenant_id = tenant AND m.status = 'active'), '{}'),
           operations_schema = coalesce((SELECT m.schema_name FROM tropeiro.tenant_module m
                                          WHERE m.tenant_id = tenant AND m.module_name = 'operations'),
                                        r.operations_schema),
           finance_schema = coalesce((SELECT m.schema_name FROM tropeiro.tenant_module m
                                       WHERE m.tenant_id = tenant AND m.module_name = 'finance'),
                                     r.finance_schema),
           updated_at = now()
     WHERE r.tenant_id = tenant;
    RETURN NULL;
END $$;

CREATE TRIGGER follow_tenant_module AFTER INSERT OR UPDATE OR DELETE ON tropeiro.tenant_module
    FOR EACH ROW EXECUTE FUNCTION tropeiro.follow_tenant_module();

CREATE TABLE tropeiro.rollout (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title       text NOT NULL,             -- what was asked, for people: "provision recife, olinda"
    asked       text NOT NULL DEFAULT 'running' CHECK (asked IN ('running', 'paused', 'cancelled')),
    state       text NOT NULL DEFAULT 'running'
                CHECK (state IN ('running', 'paused', 'done', 'failed', 'cancelled')),
    options     jsonb NOT NULL DEFAULT '{}',
    summary     jsonb NOT NULL DEFAULT '{}', -- what the plan counted: tenants, tables, rows, bytes
    needs_snapshot boolean NOT NULL DEFAULT false,
    revision    bigint NOT NULL DEFAULT 0, -- grows with each order of the operator: pause, cancel, retry
    created_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE INDEX rollout_open ON tropeiro.rollout (id) WHERE finished_at IS NULL;

-- Schema text made from pg_dump, shared by the tenants of a rollout that need the same one.
CREATE TABLE tropeiro.schema_script (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout_id bigint NOT NULL REFERENCES tropeiro.rollout ON DELETE CASCADE,
    body       text NOT NULL
);

CREATE TABLE tropeiro.job (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollout_id  bigint NOT NULL REFERENCES tropeiro.rollout ON DELETE CASCADE,
    tenant_id   uuid,
    city        text NOT NULL,               -- the tenant's slug: fairness is between these
    database_name text NOT NULL DEFAULT '',  -- the tenant's, on the target server
    kind        text NOT NULL,
    label       text NOT NULL,               -- for people: "copy students 2/4"
    lane        text NOT NULL,               -- s:<source server>|t:<target server>
    score       double precision NOT NULL DEFAULT 0, -- larger goes first within a city
    spec        jsonb NOT NULL,
    depends_on  bigint[] NOT NULL DEFAULT '{}',
    state       text NOT NULL DEFAULT 'wait' CHECK (state IN ('wait', 'running', 'done', 'dead', 'cancelled')),
    claim_seq   bigint NOT NULL DEFAULT 0,   -- the newest claim that was ratified: the fence
    owner       text,                        -- worker that holds that claim
    attempts    integer NOT NULL DEFAULT 0,  -- failures counted against the job
    error       text,                        -- the last failure
    rows        bigint NOT NULL DEFAULT 0,
    bytes       bigint NOT NULL DEFAULT 0,
    expected_rows  bigint NOT NULL DEFAULT 0, -- by the plan, of the rows that this job copies
    expected_bytes bigint NOT NULL DEFAULT 0,
    started_at  timestamptz,
    finished_at timestamptz
);
CREATE INDEX job_rollout ON tropeiro.job (rollout_id, state);
CREATE INDEX job_open ON tropeiro.job (id) WHERE state IN ('wait', 'running');

-- Waiting jobs that a dead or cancelled job holds up, however far ahead of them it stands.
CREATE FUNCTION tropeiro.blocked_jobs(p_rollout bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE edge AS MATERIALIZED (
        SELECT j.id, d.dep
          FROM tropeiro.job j CROSS JOIN LATERAL unnest(j.depends_on) AS d(dep)
         WHERE j.rollout_id = p_rollout AND j.state = 'wait'
           AND EXISTS (SELECT FROM tropeiro.job s WHERE s.rollout_id = p_rollout AND s.state IN ('dead', 'cancelled'))
    ), held AS (
        SELECT s.id, false AS waits FROM tropeiro.job s
         WHERE s.rollout_id = p_rollout AND s.state IN ('dead', 'cancelled')
        UNION
        SELECT e.id, true FROM edge e JOIN held h ON h.id = e.dep
    )
    SELECT id FROM held WHERE waits
$$;

-- The moments that a rollout's rows show, one after the other: a new one begins when the snapshot was lost.
-- tropeiro.snapshot_name holds the snapshots exported under the present one that readers may still import.
CREATE TABLE tropeiro.snapshot_epoch (
    rollout_id   bigint NOT NULL REFERENCES tropeiro.rollout ON DELETE CASCADE,
    epoch        integer NOT NULL,
    taken_at     timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    ended_reason text,
    PRIMARY KEY (rollout_id, epoch)
);
CREATE TABLE tropeiro.snapshot_name (
    rollout_id bigint NOT NULL,
    epoch      integer NOT NULL,
    name       text NOT NULL,
    holder     text NOT NULL,                -- process that keeps the transaction open
    PRIMARY KEY (rollout_id, epoch, name),
    FOREIGN KEY (rollout_id, epoch) REFERENCES tropeiro.snapshot_epoch ON DELETE CASCADE
);

-- Which Redis holds the queue, and under which key prefix. One row.
CREATE TABLE tropeiro.queue_epoch (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch      bigint NOT NULL,
    redis_run  text NOT NULL,                -- run_id of the server that was loaded
    last_tried bigint NOT NULL DEFAULT 0,    -- no prefix is loaded twice: what a broken-off load left is never met again
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tropeiro.connection_limit (
    resource text PRIMARY KEY,               -- s:HOST:PORT, t:HOST:PORT, c:CITY; s:*, t:*, c:* and * are defaults
    slots    integer NOT NULL CHECK (slots >= 0)
);

CREATE TABLE tropeiro.audit_log (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    detail  jsonb NOT NULL DEFAULT '{}'
);

-- Subscribes a tenant to a module in a schema. Running it again changes nothing.
DROP ROUTINE IF EXISTS public.subscribe_tenant_to_module(uuid, text, text);
CREATE PROCEDURE public.subscribe_tenant_to_module(p_tenant_id uuid, p_module text, p_schema text)
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.tenant_registry WHERE tenant_id = p_tenant_id) THEN
        RAISE EXCEPTION 'tenant % is not in tenant_registry', p_tenant_id USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO tropeiro.tenant_module (tenant_id, module_name, database_name, schema_name)
    VALUES (p_tenant_id, p_module, current_database(), p_schema)
    ON CONFLICT (tenant_id, module_name) DO UPDATE SET schema_name = EXCLUDED.schema_name, status = 'active'
       WHERE tenant_module.schema_name <> EXCLUDED.schema_name OR tenant_module.status <> 'active';
    IF FOUND THEN
        INSERT INTO public.tenant_module_log (tenant_id, module_name, schema_name, status, action)
        VALUES (p_tenant_id, p_module, p_schema, 'subscribed', 'subscribe');
    END IF;
END $$;
