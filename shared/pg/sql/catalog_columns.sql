-- Columns of tables, partitioned and foreign tables, with what keeps a column's type from travelling in binary form.
-- No parameters. Ordered by table and position; dropped columns left out.
-- A type is looked through: a domain to its base, an array to its elements, a range to its bounds. Types made in the
-- database have oids from 16384 on, which are others in the next database.
WITH RECURSIVE used AS (
    SELECT DISTINCT a.atttypid AS top
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
     WHERE a.attnum > 0 AND NOT a.attisdropped
), inside (top, id, as_element) AS (
    SELECT top, top, false FROM used
    UNION
    SELECT i.top, x.id, x.as_element
      FROM inside i
      JOIN pg_catalog.pg_type t ON t.oid = i.id
     CROSS JOIN LATERAL (
           SELECT t.typbasetype, false WHERE t.typtype = 'd'
           UNION ALL SELECT t.typelem, true WHERE t.typelem <> 0 AND t.typlen = -1
           UNION ALL SELECT r.rngsubtype, false FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
           -- A multirange's range: found by its array-free name in pg_range from version 14 on.
           UNION ALL SELECT (to_jsonb(r) ->> 'rngtypid')::oid, false FROM pg_catalog.pg_range r
                      WHERE t.typtype = 'm' AND (to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid
           ) AS x (id, as_element)
), judged AS (
    SELECT i.top, t.oid, e.extname,
           CASE WHEN t.typsend = 0 OR t.typreceive = 0 THEN 1
                WHEN t.typnamespace = 'pg_catalog'::regnamespace AND t.typname ~ '^reg' THEN 2
                WHEN t.typtype = 'c' OR (t.typtype = 'p' AND t.typname = 'record') THEN 3
                WHEN i.as_element AND t.oid >= 16384 THEN 4
                ELSE 0 END AS obstacle
      FROM inside i
      JOIN pg_catalog.pg_type t ON t.oid = i.id
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid
                                      AND d.deptype = 'e'
      LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
), verdict AS (
    SELECT DISTINCT ON (top) top, obstacle, oid AS culprit, max(extname) OVER (PARTITION BY top) AS extension
      FROM judged ORDER BY top, (obstacle = 0), obstacle
)
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
       a.attgenerated <> '' AS generated, a.attidentity <> '' AS identity, v.obstacle,
       format_type(v.culprit, NULL) AS culprit, coalesce(v.extension, '') AS extension
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN verdict v ON v.top = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY a.attrelid, a.attnum
