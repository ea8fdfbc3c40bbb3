-- What each city of a rollout came to: its jobs, and the tables that tenant_module_log says have arrived.
-- $1: rollout.
WITH arrived AS (
    SELECT l.tenant_id, count(*) AS tables, sum(l.rows) AS rows, sum(l.bytes) AS bytes,
           count(*) FILTER (WHERE l.receipt <> '') AS receipts
      FROM public.tenant_module_log l
     WHERE l.rollout_id = $1::bigint AND l.table_name IS NOT NULL AND l.status = 'provisioned'
     GROUP BY l.tenant_id
), blocked AS (SELECT id FROM tropeiro.blocked_jobs($1::bigint) AS b(id)),
city AS (
    SELECT j.city, min(j.tenant_id::text) AS tenant_id,
           count(*) FILTER (WHERE j.state = 'wait') AS wait, count(*) FILTER (WHERE j.state = 'running') AS running,
           count(*) FILTER (WHERE j.state = 'done') AS done, count(*) FILTER (WHERE j.state = 'dead') AS dead,
           count(*) FILTER (WHERE j.state = 'cancelled') AS cancelled, count(b.id) AS blocked,
           coalesce(extract(epoch FROM max(coalesce(j.finished_at, now())) FILTER (WHERE j.started_at IS NOT NULL)
                                       - min(j.started_at)), 0)::double precision AS seconds,
           coalesce(bool_and(j.state = 'done') FILTER (WHERE j.kind = 'verify'), false) AS verified,
           (array_agg(j.label || ': ' || coalesce(j.error, 'failed') ORDER BY j.id)
               FILTER (WHERE j.state = 'dead'))[1] AS error
      FROM tropeiro.job j LEFT JOIN blocked b ON b.id = j.id
     WHERE j.rollout_id = $1::bigint
     GROUP BY j.city
)
SELECT c.*, coalesce(a.tables, 0) AS tables, coalesce(a.rows, 0)::bigint AS rows,
       coalesce(a.bytes, 0)::bigint AS bytes, coalesce(a.receipts, 0) AS receipts
  FROM city c LEFT JOIN arrived a ON a.tenant_id = c.tenant_id::uuid
 ORDER BY c.city
