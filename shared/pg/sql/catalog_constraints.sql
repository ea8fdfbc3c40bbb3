-- Constraints that are made after the rows: keys, unique, exclusion, foreign keys, and checks that are NOT VALID.
-- No parameters. Ordered by table and name. Those that follow from a partitioned table's carry its constraint.
SELECT k.oid, k.conrelid, k.conname, k.contype::text AS type, pg_get_constraintdef(k.oid) AS definition,
       k.conindid, k.conparentid, k.confrelid, k.condeferrable, k.convalidated, obj_description(k.oid, 'pg_constraint') AS comment,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS c (number, at)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.number
              ORDER BY c.at) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS c (number, at)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.number
              ORDER BY c.at) AS referenced_columns
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class t ON t.oid = k.conrelid AND t.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE (k.contype IN ('p', 'u', 'x', 'f') OR (k.contype = 'c' AND NOT k.convalidated))
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, t.relname, k.conname
