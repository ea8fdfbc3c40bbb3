-- $1 schema, $2 table. One row a part, with the number of parts that the table should have.
SELECT l.parts, l.merged, c.rows, c.bytes, c.receipt, c.quarantined, c.done
  FROM tropeiro.table_ledger l
  JOIN tropeiro.copy_ledger c USING (schema_name, table_name)
 WHERE l.schema_name = $1 AND l.table_name = $2
