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

-- For `rollout undo`: the rollout that made the database itself; NULL: it was there before, or nobody kept account yet.
ALTER TABLE tropeiro.identity ADD COLUMN IF NOT EXISTS created_by bigint;

-- What rollouts made in a database beside rows, written in the transaction that made it. An object is known by number
-- and name together: a number alone means nothing after a restore from a dump, a name alone nothing after a DROP.
CREATE TABLE IF NOT EXISTS tropeiro.made_object (
    class_id   oid NOT NULL,                -- as in pg_depend
    object_id  oid NOT NULL,
    rollout_id bigint NOT NULL,             -- 0: came with the template that the database was made from
    kind       text NOT NULL,               -- kind and identity as pg_identify_object() has them
    identity   text NOT NULL,
    PRIMARY KEY (class_id, object_id)
);

-- Foreign keys and triggers that a rollout took off tables that stood before, so that rows could come in.
CREATE TABLE IF NOT EXISTS tropeiro.set_aside (
    rollout_id  bigint NOT NULL,
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('foreign key', 'trigger')),
    name        text NOT NULL,
    statement   text NOT NULL,              -- puts it back
    PRIMARY KEY (rollout_id, schema_name, table_name, kind, name)
);

-- Everything of people's own that a rollout may make. `put_back`: the statement that would bring it again, of foreign
-- keys and triggers alone. To be read with search_path = pg_catalog, so that every name in it is qualified.
CREATE OR REPLACE VIEW tropeiro.standing_object AS
WITH own AS (
    SELECT oid, nspname FROM pg_catalog.pg_namespace
     WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'tropeiro')
), relation AS (
    SELECT c.oid, c.relname, n.nspname, c.relkind
      FROM pg_catalog.pg_class c JOIN own n ON n.oid = c.relnamespace
), object (class_id, object_id, table_id, kind, name, put_back) AS (
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid, oid, 0::oid, '', '', '' FROM own
    UNION ALL SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass, oid, 0, '', '', '' FROM pg_catalog.pg_extension
    UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, r.oid, coalesce(x.indrelid, 0), '', '', ''
                FROM relation r LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = r.oid
               WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I')
    UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0, '', '', '' FROM pg_catalog.pg_type t
               WHERE t.typnamespace IN (SELECT oid FROM own) AND t.typtype <> 'm'
                 AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
                 AND (t.typrelid = 0 OR EXISTS (SELECT FROM relation r WHERE r.oid = t.typrelid AND r.relkind = 'c'))
    UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, 0, '', '', '' FROM pg_catalog.pg_proc
               WHERE pronamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, 0, '', '', '' FROM pg_catalog.pg_operator
               WHERE oprnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, 0, '', '', '' FROM pg_catalog.pg_collation
               WHERE collnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, 0, '', '', '' FROM pg_catalog.pg_ts_config
               WHERE cfgnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, 0, '', '', '' FROM pg_catalog.pg_ts_dict
               WHERE dictnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, 0, '', '', ''
                FROM pg_catalog.pg_statistic_ext WHERE stxnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, oid, polrelid, '', '', '' FROM pg_catalog.pg_policy
    UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, t.tgrelid, 'trigger', t.tgname,
                     format('ALTER TABLE %I.%I %s TRIGGER %I', r.nspname, r.relname,
                            CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                             WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, t.tgname)
                FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, k.conrelid,
                     CASE k.contype WHEN 'f' THEN 'foreign key' ELSE '' END, k.conname,
                     CASE k.contype WHEN 'f' THEN format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', r.nspname, r.relname,
                                                         k.conname, pg_catalog.pg_get_constraintdef(k.oid))
                                    ELSE '' END
                FROM pg_catalog.pg_constraint k JOIN relation r ON r.oid = k.conrelid WHERE k.conparentid = 0
)
SELECT o.class_id, o.object_id, o.table_id, r.nspname AS schema_name, r.relname AS table_name, o.kind, o.name,
       o.put_back, i.type AS type, i.identity
  FROM object o
  LEFT JOIN relation r ON r.oid = o.table_id
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class_id, o.object_id, 0) AS i
 WHERE i.identity IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = o.class_id AND d.objid = o.object_id AND d.deptype = 'e');
