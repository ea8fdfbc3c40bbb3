-- $1 schema, $2 table, $3 part, $4 fence, $5 position, empty: as it was, $6 rows, $7 bytes, $8 receipt, $9 done, $10 rollout,
-- $11 epoch. Claim numbers begin anew with each rollout: only together with its number they tell who is who.
UPDATE tropeiro.copy_ledger c
   SET position = coalesce(nullif($5, '')::tid, position), rows = $6, bytes = $7, receipt = $8, done = $9, updated_at = now()
 WHERE schema_name = $1 AND table_name = $2 AND part = $3 AND fence = $4 AND NOT done
   AND EXISTS (SELECT FROM tropeiro.table_ledger t
                WHERE t.schema_name = $1 AND t.table_name = $2
                  AND (t.rollout_id, t.epoch) = ($10::bigint, $11::integer))
