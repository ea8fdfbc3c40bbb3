-- What decides whether a city of a rollout can be undone. $1 rollout; $2 city. No row: the rollout has no such city.
-- `unfinished`: jobs that run or may still run; `newer`: the newest later rollout that has worked on the city and was
-- not undone; `checking`: a check that is at work on it; `only_checks`: the rollout made nothing; `finished`: undone before, and nothing had to stay; `template`, `on_existing`, `sent`, `made`: of the jobs' specifications.
WITH mine AS (
    SELECT * FROM tropeiro.job WHERE rollout_id = $1::bigint AND city = $2
), blocked AS (
    SELECT id FROM tropeiro.blocked_jobs($1::bigint) AS b(id)
)
SELECT r.recorded, min(j.tenant_id::text) AS tenant_id, min(j.database_name) AS database_name,
       count(*) FILTER (WHERE j.state = 'running' OR (j.state = 'wait' AND b.id IS NULL)) AS unfinished,
       (SELECT max(n.rollout_id) FROM tropeiro.job n
         WHERE n.rollout_id > $1::bigint AND n.city = $2 AND n.state <> 'cancelled'
           AND NOT tropeiro.is_check(n.kind)
           AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = n.rollout_id AND u.city = n.city
                              AND u.finished_at IS NOT NULL)) AS newer,
       (SELECT max(n.rollout_id) FROM tropeiro.job n JOIN tropeiro.rollout o ON o.id = n.rollout_id
         WHERE n.city = $2 AND tropeiro.is_check(n.kind) AND n.state IN ('wait', 'running')
           AND o.finished_at IS NULL) AS checking,
       bool_and(tropeiro.is_check(j.kind)) AS only_checks,
       coalesce(min(j.spec ->> 'template_name') FILTER (WHERE j.kind = 'create_database'), '') AS template,
       coalesce(min(j.spec ->> 'on_existing') FILTER (WHERE j.kind = 'copy'), 'refuse') AS on_existing,
       coalesce((SELECT jsonb_agg(t.item)::text FROM mine v CROSS JOIN LATERAL jsonb_array_elements(v.spec -> 'tables') AS t (item)
                  WHERE v.kind = 'verify'), '[]') AS sent,
       coalesce(min((j.spec -> 'modules')::text) FILTER (WHERE j.kind = 'publish'), '[]') AS modules,
       u.finished_at IS NOT NULL AND NOT jsonb_path_exists(u.report, '$.things[*] ? (@.outcome == "stays")') AS finished
  FROM mine j
  JOIN tropeiro.rollout r ON r.id = j.rollout_id
  LEFT JOIN blocked b ON b.id = j.id
  LEFT JOIN tropeiro.undo u ON u.rollout_id = j.rollout_id AND u.city = j.city
 GROUP BY r.recorded, u.rollout_id, u.finished_at, u.report
