-- Columns that take no NULL, by themselves or by their domain. No parameters. `itself`: the column is NOT NULL;
-- `domains`: those of its type that are, quoted; `fixed`: why the column's own cannot be dropped, or empty; `holder`: the
-- table that says so, quoted - for a partition its whole table. Generated columns take nothing and are left out.
WITH RECURSIVE inside (top, id) AS (
    SELECT oid, oid FROM pg_catalog.pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT i.top, t.typbasetype
      FROM inside i
      JOIN pg_catalog.pg_type t ON t.oid = i.id AND t.typtype = 'd'
), strict (top, domains) AS (
    SELECT i.top, array_agg(format('%I.%I', n.nspname, t.typname) ORDER BY n.nspname, t.typname)
      FROM inside i
      JOIN pg_catalog.pg_type t ON t.oid = i.id AND t.typtype = 'd' AND t.typnotnull
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     GROUP BY i.top
)
SELECT n.nspname, c.relname, a.attname, a.attnotnull AS itself, coalesce(s.domains, '{}') AS domains,
       CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_constraint k
                          WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey))
            THEN 'it is in the primary key'
            WHEN a.attidentity <> '' THEN 'it is an identity column'
            ELSE '' END AS fixed,
       format('%I.%I', hn.nspname, h.relname) AS holder
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class h ON h.oid = coalesce(pg_partition_root(c.oid), c.oid)
  JOIN pg_catalog.pg_namespace hn ON hn.oid = h.relnamespace
  LEFT JOIN strict s ON s.top = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND (a.attnotnull OR s.top IS NOT NULL)
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, c.relname, a.attnum
