-- $1 schemas, $2 tables, pairwise. The ledger forgets tables that were emptied.
DELETE FROM tropeiro.table_ledger l
 USING unnest($1::text[], $2::text[]) AS gone (schema_name, table_name)
 WHERE l.schema_name = gone.schema_name AND l.table_name = gone.table_name
