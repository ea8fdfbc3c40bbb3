-- $1 schema, $2 table, $3 part, $4 fence. The part's state; no row when a newer claim owns it.
INSERT INTO tropeiro.copy_ledger (schema_name, table_name, part, fence)
VALUES ($1, $2, $3, $4)
ON CONFLICT (schema_name, table_name, part) DO UPDATE SET fence = EXCLUDED.fence
   WHERE copy_ledger.fence <= EXCLUDED.fence
RETURNING coalesce(position::text, '') AS position, rows, bytes, receipt, quarantined, done
