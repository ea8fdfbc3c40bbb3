-- Sequences of people's own schemas and the column that owns each, if any.
-- No parameters. Ordered by schema and name.
SELECT s.oid, n.nspname, s.relname, coalesce(d.refobjid, 0) AS owner_table, coalesce(a.attname, '') AS owner_column,
       has_sequence_privilege(s.oid, 'SELECT') AS may_select
  FROM pg_catalog.pg_class s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.oid AND d.refobjsubid > 0
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE s.relkind = 'S' AND s.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, s.relname
