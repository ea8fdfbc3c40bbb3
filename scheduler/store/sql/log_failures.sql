-- Writes to tenant_module_log what a rollout did not bring: for each tenant with dead or cancelled jobs one line per
-- module, and one per table whose rows a dead job should have copied. A line that stands already follows the last
-- error. $1: rollout.
WITH city AS (
    SELECT j.tenant_id, CASE WHEN bool_or(j.state = 'dead') THEN 'failed' ELSE 'cancelled' END AS status,
           (array_agg(j.id ORDER BY j.id) FILTER (WHERE j.state = 'dead'))[1] AS job_id,
           (array_agg(j.label || ': ' || coalesce(j.error, 'failed') ORDER BY j.id) FILTER (WHERE j.state = 'dead'))[1]
               AS error
      FROM tropeiro.job j
      JOIN public.tenant_registry r ON r.tenant_id = j.tenant_id
     WHERE j.rollout_id = $1::bigint AND NOT tropeiro.is_check(j.kind)
       AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = j.rollout_id AND u.city = j.city)
     GROUP BY j.tenant_id
    HAVING bool_or(j.state IN ('dead', 'cancelled'))
), module AS (
    SELECT c.tenant_id, c.status, c.job_id, c.error, m.line ->> 'name' AS name, m.line -> 'tables' AS tables
      FROM city c
      JOIN tropeiro.job p ON p.rollout_id = $1::bigint AND p.tenant_id = c.tenant_id AND p.kind = 'publish'
     CROSS JOIN LATERAL jsonb_array_elements(p.spec -> 'modules') AS m(line)
), dead_copy AS (
    SELECT DISTINCT ON (j.tenant_id, i.item -> 'table') j.tenant_id, i.item -> 'table' AS table_name, j.id, j.error
      FROM tropeiro.job j CROSS JOIN LATERAL jsonb_array_elements(j.spec -> 'items') AS i(item)
     WHERE j.rollout_id = $1::bigint AND j.kind = 'copy' AND j.state = 'dead'
     ORDER BY j.tenant_id, i.item -> 'table', j.id
), line AS (
    SELECT tenant_id, name AS module_name, NULL::text AS schema_name, NULL::text AS table_name, status, job_id, error
      FROM module
    UNION ALL
    SELECT m.tenant_id, m.name, t.line ->> 'schema', t.line ->> 'name', m.status, d.id, d.error
      FROM module m
     CROSS JOIN LATERAL jsonb_array_elements(m.tables) AS t(line)
      JOIN dead_copy d ON d.tenant_id = m.tenant_id AND d.table_name = t.line
    UNION ALL
    SELECT c.tenant_id, '-', NULL, NULL, c.status, c.job_id, c.error
      FROM city c WHERE NOT EXISTS (SELECT FROM module m WHERE m.tenant_id = c.tenant_id)
)
INSERT INTO public.tenant_module_log AS l
       (tenant_id, module_name, schema_name, table_name, status, rollout_id, job_id, error)
SELECT DISTINCT ON (tenant_id, module_name, coalesce(table_name, ''), status)
       tenant_id, module_name, schema_name, table_name, status, $1::bigint, job_id, error
  FROM line
 ORDER BY tenant_id, module_name, coalesce(table_name, ''), status, job_id
ON CONFLICT (rollout_id, tenant_id, module_name, coalesce(table_name, ''), status) WHERE rollout_id IS NOT NULL
DO UPDATE SET job_id = EXCLUDED.job_id, error = EXCLUDED.error, provisioned_at = now()
    WHERE l.error IS DISTINCT FROM EXCLUDED.error
