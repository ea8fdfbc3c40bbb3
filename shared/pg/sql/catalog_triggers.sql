-- Triggers that people made, with their clones on partitions; those that implement constraints are left out.
-- No parameters. Ordered by table and name.
SELECT g.tgrelid, g.tgname, g.tgenabled::text AS enabled
  FROM pg_catalog.pg_trigger g
  LEFT JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint
 WHERE coalesce(k.contype, 't') = 't'
 ORDER BY g.tgrelid, g.tgname
