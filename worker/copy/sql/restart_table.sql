-- $1 schema, $2 table, $3 rollout, $4 epoch, $5 parts, $6 merged. The table's parts start again under this epoch,
-- and rows that were refused before are tried again.
WITH forgotten AS (
    DELETE FROM tropeiro.copy_ledger WHERE schema_name = $1 AND table_name = $2
), released AS (
    DELETE FROM tropeiro.quarantined_row WHERE schema_name = $1 AND table_name = $2
)
UPDATE tropeiro.table_ledger SET rollout_id = $3, epoch = $4, parts = $5, merged = $6, verified = false, started_at = now()
 WHERE schema_name = $1 AND table_name = $2
