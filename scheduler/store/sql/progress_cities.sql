-- How far each city of a rollout is. $1: rollout. `phase` is the kind of the furthest running job, else of the first
-- waiting one; the order of kinds is $2, text[]. `rows`, `bytes`: copied, or compared
-- by a check, which begins anew when it is given back.
WITH blocked AS (SELECT id FROM tropeiro.blocked_jobs($1::bigint) AS b(id))
SELECT j.city, coalesce(min(j.tenant_id::text), '') AS tenant_id, min(j.wave) AS wave,
       count(*) FILTER (WHERE j.state = 'wait') AS wait, count(*) FILTER (WHERE j.state = 'running') AS running,
       count(*) FILTER (WHERE j.state = 'done') AS done, count(*) FILTER (WHERE j.state = 'dead') AS dead,
       count(*) FILTER (WHERE j.state = 'cancelled') AS cancelled, count(b.id) AS blocked,
       coalesce(($2::text[])[max(array_position($2::text[], j.kind)) FILTER (WHERE j.state = 'running')],
                ($2::text[])[min(array_position($2::text[], j.kind)) FILTER (WHERE j.state = 'wait')], '') AS phase,
       coalesce(sum(j.rows) FILTER (WHERE j.kind = 'copy' OR (tropeiro.is_check(j.kind) AND j.state = 'done')), 0)::bigint AS rows,
       coalesce(sum(j.bytes) FILTER (WHERE j.kind = 'copy' OR (tropeiro.is_check(j.kind) AND j.state = 'done')), 0)::bigint AS bytes,
       coalesce(sum(j.expected_rows), 0)::bigint AS expected_rows,
       coalesce(sum(j.expected_bytes), 0)::bigint AS expected_bytes,
       coalesce(array_agg(j.id ORDER BY j.id) FILTER (WHERE j.state = 'running'), '{}') AS running_jobs,
       (SELECT CASE WHEN u.finished_at IS NULL THEN 'undoing' ELSE 'undone' END
          FROM tropeiro.undo u WHERE u.rollout_id = $1::bigint AND u.city = j.city) AS undone
  FROM tropeiro.job j LEFT JOIN blocked b ON b.id = j.id
 WHERE j.rollout_id = $1::bigint
 GROUP BY j.city
 ORDER BY j.city
