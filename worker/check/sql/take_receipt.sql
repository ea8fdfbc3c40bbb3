-- $1 schema, $2 table, $3 rows, $4 receipt: what stands there now is what was sent. The sum stands with the first part.
UPDATE tropeiro.copy_ledger l
   SET rows = CASE WHEN l.part = 0 THEN $3::bigint ELSE 0 END, receipt = CASE WHEN l.part = 0 THEN $4 ELSE '' END,
       updated_at = now()
 WHERE l.schema_name = $1 AND l.table_name = $2
