-- What tropeiro keeps in every tenant database, in schema `tropeiro`. Runs on each provisioning; idempotent.
CREATE SCHEMA IF NOT EXISTS tropeiro;

-- Whose database this is. Checked before anything is written, so that a wrong connection string can never
-- feed one tenant's rows to another.
CREATE TABLE IF NOT EXISTS tropeiro.identity (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    tenant_id   uuid NOT NULL,
    tenant_slug text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Steps of a rollout that change the schema, written in the transaction that makes the change.
CREATE TABLE IF NOT EXISTS tropeiro.applied_step (
    rollout_id bigint NOT NULL,
    step       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (rollout_id, step)
);

-- Under which rollout and snapshot epoch a table is being filled, and whether all of it has arrived.
CREATE TABLE IF NOT EXISTS tropeiro.table_ledger (
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    rollout_id  bigint NOT NULL,
    epoch       integer NOT NULL,
    parts       integer NOT NULL,
    merged      boolean NOT NULL DEFAULT false, -- it held other rows when the copy began, and keeps them
    verified    boolean NOT NULL DEFAULT false, -- read back after its last part: its rows are those that were sent
    started_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (schema_name, table_name)
);

-- How far each part of a table has come: written in the transaction of the rows that it counts.
CREATE TABLE IF NOT EXISTS tropeiro.copy_ledger (
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    part        integer NOT NULL,
    fence       bigint NOT NULL,            -- claim number of the job that may write
    position    tid,                        -- last source row that is here; NULL: none yet
    rows        bigint NOT NULL DEFAULT 0,
    bytes       bigint NOT NULL DEFAULT 0,  -- of the rows as they were sent
    receipt     text NOT NULL DEFAULT '',   -- sum of the rows' 128-bit hashes, 32 hexadecimal digits
    done        boolean NOT NULL DEFAULT false,
    quarantined bigint NOT NULL DEFAULT 0,  -- rows that were refused and stepped over; not in rows, bytes and receipt
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (schema_name, table_name, part),
    FOREIGN KEY (schema_name, table_name) REFERENCES tropeiro.table_ledger ON DELETE CASCADE
) WITH (fillfactor = 50);
ALTER TABLE tropeiro.copy_ledger ADD COLUMN IF NOT EXISTS quarantined bigint NOT NULL DEFAULT 0;

-- Rows of the source that this database refused, under `--on-bad-row quarantine`: those of the copy that filled the
-- table last. Written in the transaction of the checkpoint that steps over the row.
CREATE TABLE IF NOT EXISTS tropeiro.quarantined_row (
    rollout_id  bigint NOT NULL,
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    part        integer NOT NULL,
    place       tid NOT NULL,               -- where the row stood in the source, in the rollout's snapshot
    key         jsonb NOT NULL,             -- primary key; {"ctid": place} where there is none
    row         jsonb NOT NULL,             -- values larger than a megabyte are cut, and say so
    sqlstate    text NOT NULL,
    error       text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (schema_name, table_name, place),
    FOREIGN KEY (schema_name, table_name) REFERENCES tropeiro.table_ledger ON DELETE CASCADE
);
