-- $1 schema, $2 table, $3 part. A commit that writes something waits for the log up to itself, and so for all before it.
UPDATE tropeiro.copy_ledger SET updated_at = now() WHERE schema_name = $1 AND table_name = $2 AND part = $3
