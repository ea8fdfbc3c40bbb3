-- Adds lines to tenant_module_log; a line of a rollout that stands already is replaced. $1: the lines, a JSON array
-- of objects with the columns' names.
INSERT INTO public.tenant_module_log AS l
       (tenant_id, module_name, schema_name, table_name, status, rollout_id, job_id, action, rows, bytes, receipt,
        snapshot_epoch, duration_ms, error)
SELECT DISTINCT ON (n.rollout_id, n.tenant_id, n.module_name, coalesce(n.table_name, ''), n.status, n.number)
       n.tenant_id, n.module_name, n.schema_name, n.table_name, n.status, n.rollout_id, n.job_id,
       coalesce(n.action, 'provision'), n.rows, n.bytes, n.receipt, n.snapshot_epoch,
       n.duration_ms, n.error
  FROM (SELECT x.*, CASE WHEN x.rollout_id IS NULL THEN e.number ELSE 0 END AS number
          FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e(line, number)
         CROSS JOIN LATERAL jsonb_to_record(e.line) AS x(
               tenant_id uuid, module_name text, schema_name text, table_name text, status text, rollout_id bigint,
               job_id bigint, action text, rows bigint, bytes bigint, receipt text, snapshot_epoch integer,
               duration_ms bigint, error text)) n
ON CONFLICT (rollout_id, tenant_id, module_name, coalesce(table_name, ''), status) WHERE rollout_id IS NOT NULL
DO UPDATE SET schema_name = EXCLUDED.schema_name, job_id = EXCLUDED.job_id, action = EXCLUDED.action,
              rows = EXCLUDED.rows, bytes = EXCLUDED.bytes, receipt = EXCLUDED.receipt,
              snapshot_epoch = EXCLUDED.snapshot_epoch, duration_ms = EXCLUDED.duration_ms, error = EXCLUDED.error,
              provisioned_at = now()
