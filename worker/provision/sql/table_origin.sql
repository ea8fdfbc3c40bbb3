-- $1 schema, $2 table. Which rollout filled the table, and whether on top of other rows; no row when none did.
SELECT rollout_id, merged FROM tropeiro.table_ledger WHERE schema_name = $1 AND table_name = $2
