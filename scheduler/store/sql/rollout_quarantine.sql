-- Tables of a rollout of which rows were refused and set aside, as publish has written them down. A table of two
-- modules has two lines. $1: rollout.
SELECT r.tenant_slug AS city, l.schema_name, l.table_name, max(l.rows) AS rows, min(l.error) AS error
  FROM public.tenant_module_log l
  JOIN public.tenant_registry r ON r.tenant_id = l.tenant_id
 WHERE l.rollout_id = $1::bigint AND l.status = 'quarantined' AND l.table_name IS NOT NULL
 GROUP BY r.tenant_slug, l.schema_name, l.table_name
 ORDER BY r.tenant_slug, l.schema_name, l.table_name
