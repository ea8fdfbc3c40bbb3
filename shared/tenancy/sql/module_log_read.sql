-- Lines of tenant_module_log, newest first. $1: tenant's slug or NULL; $2: rollout or NULL; $3: how many.
SELECT l.tenant_id, l.module_name, l.schema_name, l.table_name, l.status, l.action, l.rollout_id, l.job_id, l.rows,
       l.bytes, l.receipt, l.snapshot_epoch, l.duration_ms, l.error,
       to_char(l.provisioned_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
  FROM public.tenant_module_log l
  JOIN public.tenant_registry r ON r.tenant_id = l.tenant_id
 WHERE ($1::text IS NULL OR r.tenant_slug = $1)
   AND ($2::bigint IS NULL OR l.rollout_id = $2)
 ORDER BY l.provisioned_at DESC, l.log_id DESC
 LIMIT $3::bigint
