-- Undoing one city of a rollout.

ALTER TABLE tropeiro.rollout
    ADD COLUMN recorded boolean NOT NULL DEFAULT false;  -- it keeps account of what it makes: it can be undone

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
