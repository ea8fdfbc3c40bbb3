-- $1 schemas, $2 tables, pairwise. The ALTER TABLE that drops each foreign key of these tables.
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS statement
  FROM pg_constraint c
  JOIN pg_class t ON t.oid = c.conrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN unnest($1::text[], $2::text[]) AS wanted (schema_name, table_name)
    ON wanted.schema_name = n.nspname AND wanted.table_name = t.relname
 WHERE c.contype = 'f' AND c.conparentid = 0
