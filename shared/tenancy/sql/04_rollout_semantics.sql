-- Undoing one city of a rollout, failure budgets, waves.

ALTER TABLE tropeiro.rollout
    ADD COLUMN recorded boolean NOT NULL DEFAULT false,  -- it keeps account of what it makes: it can be undone
    ADD COLUMN max_failed bigint,                        -- more failed cities than this pause it; NULL: any number
    ADD COLUMN paused_why text,                          -- the scheduler paused it, for this reason; NULL: a person did
    ADD COLUMN waves integer NOT NULL DEFAULT 1,         -- how many it has
    ADD COLUMN wave integer NOT NULL DEFAULT 1,          -- the newest that has begun
    ADD COLUMN canary boolean NOT NULL DEFAULT false,    -- its first wave must not lose a city
    ADD COLUMN pause_between_waves boolean NOT NULL DEFAULT false;

ALTER TABLE tropeiro.job ADD COLUMN wave integer NOT NULL DEFAULT 1; -- of the job's city; begins with rollout.wave

-- What the control plane said about a tenant before a rollout published it: written by publish in the same transaction.
CREATE TABLE tropeiro.publication (
    rollout_id       bigint NOT NULL REFERENCES tropeiro.rollout ON DELETE CASCADE,
    tenant_id        uuid NOT NULL REFERENCES public.tenant_registry,
    database_name    text NOT NULL,
    modules          jsonb NOT NULL,         -- [{"module", "before": a row of tenant_module or null}]
    operations_schema text,
    finance_schema   text,
    db_url_before    text,
    db_url           text,                   -- published; NULL: the cities table was not written
    published_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (rollout_id, tenant_id)
);

-- Cities of rollouts that were taken back, wholly when finished_at says when.
CREATE TABLE tropeiro.undo (
    rollout_id  bigint NOT NULL REFERENCES tropeiro.rollout ON DELETE CASCADE,
    city        text NOT NULL,
    tenant_id   uuid NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    report      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (rollout_id, city)
);
