-- $1 schemas, $2 tables, of the same length, each as often as it likes. One row a part of each that a rollout filled, with
-- the number of parts that the table should have, the rollout and its snapshot's epoch.
SELECT l.schema_name, l.table_name, l.rollout_id, l.epoch, l.parts, l.merged, c.rows, c.bytes, c.receipt, c.quarantined, c.done
  FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS wanted(schema_name, table_name)
  JOIN tropeiro.table_ledger l USING (schema_name, table_name)
  JOIN tropeiro.copy_ledger c USING (schema_name, table_name)
