-- Indexes of tables and partitioned tables of people's own schemas.
-- No parameters. One row an index, ordered by table and name.
SELECT i.indexrelid, i.indrelid, n.nspname, x.relname, pg_get_indexdef(i.indexrelid) AS definition,
       coalesce(h.inhparent, 0) AS parent, coalesce(k.oid, 0) AS constraint_oid,
       i.indisunique, i.indisvalid AND i.indisready AS valid, i.indisclustered, i.indisreplident,
       CASE WHEN am.amname = 'btree' AND i.indpred IS NULL THEN coalesce(lead.attname, '') ELSE '' END AS leading_column,
       coalesce(x.reloptions, '{}') AS options,
       ARRAY(SELECT a.attnum::text || '=' || a.attstattarget::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0 ORDER BY a.attnum) AS statistics,
       obj_description(i.indexrelid, 'pg_class') AS comment
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p') AND t.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_am am ON am.oid = x.relam
  LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_attribute lead ON lead.attrelid = i.indrelid AND lead.attnum = i.indkey[0] AND i.indkey[0] > 0
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, t.relname, x.relname
