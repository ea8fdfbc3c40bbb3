-- $1 schema, $2 table: every row of the source is there now, those that were set aside as well.
WITH gone AS (
    DELETE FROM tropeiro.quarantined_row WHERE schema_name = $1 AND table_name = $2
)
UPDATE tropeiro.copy_ledger SET quarantined = 0 WHERE schema_name = $1 AND table_name = $2 AND quarantined > 0
