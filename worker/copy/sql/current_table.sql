-- $1 schema, $2 table, $3 rollout, $4 epoch. The table's ledger row, when it is of this very epoch; shared, so that the
-- parts of a table do not wait for each other, and held, so that nobody starts the table again meanwhile.
SELECT merged FROM tropeiro.table_ledger
 WHERE schema_name = $1 AND table_name = $2 AND (rollout_id, epoch) = ($3::bigint, $4::integer)
   FOR SHARE
