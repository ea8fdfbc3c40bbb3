-- Tables, partitioned tables, foreign tables, views and materialized views of people's own schemas.
-- No parameters. One row a relation, ordered by schema and name.
SELECT c.oid, n.nspname, c.relname, c.relkind::text AS kind, c.relispartition,
       coalesce(am.amname, '') AS access_method,
       coalesce(up.parents, '{}') AS parents,
       CASE WHEN c.relkind = 'r' THEN pg_relation_size(c.oid) ELSE 0 END AS heap_bytes,
       CASE WHEN c.relkind = 'r' THEN pg_table_size(c.oid) ELSE 0 END AS total_bytes,
       -- 0 pages and 0 rows is what servers before 14 say of a table that was never analyzed.
       CASE WHEN c.reltuples = 0 AND c.relpages = 0 THEN -1 ELSE c.reltuples END::float8 AS row_estimate,
       c.relrowsecurity, c.relforcerowsecurity,
       c.relkind IN ('r', 'p') AND row_security_active(c.oid) AS hides_rows,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS may_select
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
  LEFT JOIN (SELECT inhrelid, array_agg(inhparent::bigint ORDER BY inhseqno) AS parents
               FROM pg_catalog.pg_inherits GROUP BY inhrelid) up ON up.inhrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname
