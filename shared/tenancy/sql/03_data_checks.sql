-- What checks found in the tenants' databases, a line for each job and table.
CREATE TABLE tropeiro.data_check (
    job_id      bigint NOT NULL REFERENCES tropeiro.job ON DELETE CASCADE,
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    method      text NOT NULL CHECK (method IN ('receipt', 'source')),
    verdict     text NOT NULL CHECK (verdict IN ('same', 'differs', 'repaired', 'unknown')),
    expected    bigint NOT NULL DEFAULT 0,  -- rows: by the receipt, or in the source
    found       bigint NOT NULL DEFAULT 0,  -- rows in the target when the check began
    missing     bigint NOT NULL DEFAULT 0,  -- rows that only the source has
    differing   bigint NOT NULL DEFAULT 0,  -- rows with the same key and another content
    doubled     bigint NOT NULL DEFAULT 0,  -- rows that stand there more often than in the source
    extra       bigint NOT NULL DEFAULT 0,  -- rows that only the target has
    repaired    bigint NOT NULL DEFAULT 0,  -- rows brought, corrected or taken away again
    examples    jsonb NOT NULL DEFAULT '[]', -- [{"what", "row"}], the first ones
    note        text NOT NULL DEFAULT '',
    checked_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, schema_name, table_name)
);
