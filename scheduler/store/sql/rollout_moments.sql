-- The moments of the source that a rollout's published tables show, by how many of the cities' tables: one, unless the
-- snapshot was lost. mixed_cities: the cities that show several of them. $1: rollout.
WITH shown AS (
    SELECT DISTINCT l.tenant_id, l.schema_name, l.table_name, l.snapshot_epoch AS epoch
      FROM public.tenant_module_log l
      JOIN public.tenant_registry r ON r.tenant_id = l.tenant_id
     WHERE l.rollout_id = $1::bigint AND l.table_name IS NOT NULL AND l.snapshot_epoch IS NOT NULL
       AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = l.rollout_id AND u.city = r.tenant_slug)
)
SELECT e.epoch, to_char(e.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS taken_at,
       coalesce(e.ended_reason, '') AS ended_reason, count(*) AS tables,
       (SELECT count(*) FROM (SELECT FROM shown GROUP BY tenant_id HAVING count(DISTINCT epoch) > 1) m) AS mixed_cities
  FROM shown s JOIN tropeiro.snapshot_epoch e ON e.rollout_id = $1::bigint AND e.epoch = s.epoch
 GROUP BY e.epoch, e.taken_at, e.ended_reason
 ORDER BY e.epoch
