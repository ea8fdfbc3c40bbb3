-- $1 schema, $2 table. Its rows have been read back. Not when it was started again meanwhile.
UPDATE tropeiro.table_ledger l SET verified = true
 WHERE l.schema_name = $1 AND l.table_name = $2
   AND l.parts <= (SELECT count(*) FROM tropeiro.copy_ledger c
                    WHERE c.schema_name = $1 AND c.table_name = $2 AND c.done)
