-- Notes that a city of a rollout is being undone, gives up its jobs that still wait, and says in tenant_module_log of
-- each module and table what becomes of it; nothing there is deleted. $1 rollout; $2 city; $3 tenant.
WITH begun AS (
    INSERT INTO tropeiro.undo (rollout_id, city, tenant_id) VALUES ($1::bigint, $2, $3::uuid) ON CONFLICT DO NOTHING
), given_up AS (
    UPDATE tropeiro.job SET state = 'cancelled', finished_at = now()
     WHERE rollout_id = $1::bigint AND city = $2 AND state = 'wait'
)
INSERT INTO public.tenant_module_log (tenant_id, module_name, schema_name, table_name, status, rollout_id, action)
SELECT DISTINCT ON (l.module_name, coalesce(l.table_name, ''))
       l.tenant_id, l.module_name, l.schema_name, l.table_name, 'undone', l.rollout_id, 'undo'
  FROM public.tenant_module_log l
 WHERE l.rollout_id = $1::bigint AND l.tenant_id = $3::uuid AND l.status <> 'undone' AND l.action <> 'keep'
 ORDER BY l.module_name, coalesce(l.table_name, ''), l.log_id
ON CONFLICT (rollout_id, tenant_id, module_name, coalesce(table_name, ''), status) WHERE rollout_id IS NOT NULL
DO NOTHING
