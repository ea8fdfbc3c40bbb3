-- $1 schema, $2 table, $3 part, $4 fence, $5 the refused row's place, $6 rollout, $7 epoch, $8 key, $9 row, $10 SQLSTATE,
-- $11 error, $12 the checkpoint as it was, empty: none. The row goes into quarantine and the checkpoint behind it; neither when
-- the part is not the claim's, nor when a crash of the server has taken the batch before the row, which comes again then.
WITH passed AS (
    UPDATE tropeiro.copy_ledger c SET position = $5::tid, quarantined = quarantined + 1, updated_at = now()
     WHERE schema_name = $1 AND table_name = $2 AND part = $3 AND fence = $4 AND NOT done
       AND c.position IS NOT DISTINCT FROM nullif($12, '')::tid
       AND EXISTS (SELECT FROM tropeiro.table_ledger t
                    WHERE t.schema_name = $1 AND t.table_name = $2
                      AND (t.rollout_id, t.epoch) = ($6::bigint, $7::integer))
    RETURNING part
)
INSERT INTO tropeiro.quarantined_row (rollout_id, schema_name, table_name, part, place, key, row, sqlstate, error)
SELECT $6::bigint, $1, $2, part, $5::tid, $8::jsonb, $9::jsonb, $10, $11 FROM passed
