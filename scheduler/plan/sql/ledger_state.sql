-- What the ledger of a tenant's database knows of each table, in any rollout. No parameters; schema tropeiro exists.
SELECT l.schema_name, l.table_name, l.parts, l.verified,
       (SELECT count(*) FROM tropeiro.copy_ledger p
         WHERE p.schema_name = l.schema_name AND p.table_name = l.table_name AND p.done) AS parts_done
  FROM tropeiro.table_ledger l
