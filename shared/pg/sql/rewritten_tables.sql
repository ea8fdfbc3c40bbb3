-- $1 quoted names of tables that are locked. Those that were emptied or rewritten since the transaction's snapshot: the
-- catalog shows the file as of the snapshot, the function the one of now.
SELECT c.oid::regclass::text
  FROM pg_catalog.pg_class c
 WHERE c.oid = ANY ($1::text[]::regclass[]) AND c.relfilenode <> 0
   AND pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode
 ORDER BY 1
