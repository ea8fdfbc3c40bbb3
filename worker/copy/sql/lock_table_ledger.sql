-- $1 schema, $2 table, $3 rollout, $4 epoch, $5 parts.
-- Makes the table's ledger row if there is none, and locks it. `fresh` tells whether this statement made it,
-- `finished` whether an older rollout brought every part.
WITH made AS (
    INSERT INTO tropeiro.table_ledger (schema_name, table_name, rollout_id, epoch, parts)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (schema_name, table_name) DO UPDATE SET started_at = tropeiro.table_ledger.started_at
    RETURNING rollout_id, epoch, merged, parts, (xmax = 0) AS fresh
)
SELECT fresh, merged, rollout_id,
       rollout_id < $3::bigint
           AND parts <= (SELECT count(*) FROM tropeiro.copy_ledger c
                          WHERE c.schema_name = $1 AND c.table_name = $2 AND c.done) AS finished,
       (rollout_id, epoch) < ($3::bigint, $4::integer) AS older,
       (rollout_id, epoch) > ($3::bigint, $4::integer) AS newer
  FROM made
