-- $1 schema, $2 table, $3 part, $4 fence, $5 position or NULL, $6 rows, $7 bytes, $8 receipt, $9 done.
UPDATE tropeiro.copy_ledger
   SET position = coalesce($5::tid, position), rows = $6, bytes = $7, receipt = $8, done = $9, updated_at = now()
 WHERE schema_name = $1 AND table_name = $2 AND part = $3 AND fence = $4 AND NOT done
