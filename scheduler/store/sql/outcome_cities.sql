-- What each city of a rollout came to: its jobs and what they brought. Of a published city tenant_module_log tells the
-- tables; lines of tables that an earlier rollout had completed say 'keep' and do not count. Of any other city the copy
-- jobs tell: the tables whose parts are all done, and the rows that landed, those of dead jobs included.
-- $1: rollout.
WITH published AS (
    SELECT l.tenant_id, count(*) FILTER (WHERE l.action <> 'keep') AS tables,
           coalesce(sum(l.rows) FILTER (WHERE l.action <> 'keep'), 0) AS rows,
           coalesce(sum(l.bytes) FILTER (WHERE l.action <> 'keep'), 0) AS bytes,
           count(*) FILTER (WHERE l.action <> 'keep' AND l.receipt IS NOT NULL) AS receipts
      FROM public.tenant_module_log l
     WHERE l.rollout_id = $1::bigint AND l.table_name IS NOT NULL AND l.status = 'provisioned'
     GROUP BY l.tenant_id
), unpublished AS (
    SELECT j.id, j.city, j.state, j.spec FROM tropeiro.job j
     WHERE j.rollout_id = $1::bigint AND j.kind = 'copy'
       AND NOT EXISTS (SELECT FROM published p WHERE p.tenant_id = j.tenant_id)
), landed AS (
    SELECT city, count(*) AS tables
      FROM (SELECT u.city FROM unpublished u CROSS JOIN LATERAL jsonb_array_elements(u.spec -> 'items') AS i(item)
             GROUP BY u.city, i.item -> 'table' HAVING bool_and(u.state = 'done')) t
     GROUP BY city
), blocked AS (SELECT id FROM tropeiro.blocked_jobs($1::bigint) AS b(id)),
city AS (
    SELECT j.city, min(j.tenant_id::text) AS tenant_id,
           count(*) FILTER (WHERE j.state = 'wait') AS wait, count(*) FILTER (WHERE j.state = 'running') AS running,
           count(*) FILTER (WHERE j.state = 'done') AS done, count(*) FILTER (WHERE j.state = 'dead') AS dead,
           count(*) FILTER (WHERE j.state = 'cancelled') AS cancelled, count(b.id) AS blocked,
           coalesce(extract(epoch FROM max(coalesce(j.finished_at, now())) FILTER (WHERE j.started_at IS NOT NULL)
                                       - min(j.started_at)), 0)::double precision AS seconds,
           coalesce(bool_and(j.state = 'done') FILTER (WHERE j.kind = 'verify'), false) AS verified,
           coalesce(sum(j.rows) FILTER (WHERE j.kind = 'copy'), 0) AS copied_rows,
           coalesce(sum(j.bytes) FILTER (WHERE j.kind = 'copy'), 0) AS copied_bytes,
           (array_agg(j.label || ': ' || coalesce(j.error, 'failed') ORDER BY j.id)
               FILTER (WHERE j.state = 'dead'))[1] AS error
      FROM tropeiro.job j LEFT JOIN blocked b ON b.id = j.id
     WHERE j.rollout_id = $1::bigint
     GROUP BY j.city
)
SELECT c.*, coalesce(p.tables, l.tables, 0) AS tables, coalesce(p.rows, c.copied_rows)::bigint AS rows,
       coalesce(p.bytes, c.copied_bytes)::bigint AS bytes, coalesce(p.receipts, 0) AS receipts,
       (SELECT CASE WHEN u.finished_at IS NULL THEN 'undoing' ELSE 'undone' END
          FROM tropeiro.undo u WHERE u.rollout_id = $1::bigint AND u.city = c.city) AS undone
  FROM city c
  LEFT JOIN published p ON p.tenant_id = c.tenant_id::uuid
  LEFT JOIN landed l ON l.city = c.city
 ORDER BY c.city
