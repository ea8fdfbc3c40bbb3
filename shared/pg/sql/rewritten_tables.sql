-- $1 quoted names of tables that are locked. Those of them and of their partitions and heirs that were emptied or
-- rewritten since the transaction's snapshot: the catalog shows the file as of the snapshot, the function the one of now.
WITH RECURSIVE held (id) AS (
    SELECT unnest($1::text[]::regclass[])::oid
     UNION
    SELECT i.inhrelid FROM held h JOIN pg_catalog.pg_inherits i ON i.inhparent = h.id)
SELECT c.oid::regclass::text
  FROM pg_catalog.pg_class c
  JOIN held h ON h.id = c.oid
 WHERE c.relfilenode <> 0 AND pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode
 ORDER BY 1
