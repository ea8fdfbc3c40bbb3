-- $1 schema, $2 table, $3 part, $4 fence, $5 rollout, $6 epoch. A commit that writes something waits for the log up to
-- itself, and so for all before it.
UPDATE tropeiro.copy_ledger c SET updated_at = now()
 WHERE schema_name = $1 AND table_name = $2 AND part = $3 AND fence = $4 AND done
   AND EXISTS (SELECT FROM tropeiro.table_ledger t
                WHERE t.schema_name = $1 AND t.table_name = $2
                  AND (t.rollout_id, t.epoch) = ($5::bigint, $6::integer))
