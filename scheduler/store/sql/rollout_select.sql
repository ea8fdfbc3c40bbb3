-- Rollouts with their jobs counted, newest first; `is_check`: it compares rows and brings none, or just those that differ. $1: number or NULL for all; $2: how many.
SELECT r.id, r.title, r.asked, r.state, r.options, r.summary, r.needs_snapshot, r.max_failed, r.paused_why, r.wave, r.waves,
       to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
       to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at,
       c.is_check, c.wait, c.running, c.done, c.dead, c.cancelled, b.blocked
  FROM (SELECT * FROM tropeiro.rollout WHERE $1::bigint IS NULL OR id = $1 ORDER BY id DESC LIMIT $2::bigint) r
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE j.state = 'wait') AS wait, count(*) FILTER (WHERE j.state = 'running') AS running,
              count(*) FILTER (WHERE j.state = 'done') AS done, count(*) FILTER (WHERE j.state = 'dead') AS dead,
              count(*) FILTER (WHERE j.state = 'cancelled') AS cancelled,
              coalesce(bool_or(tropeiro.is_check(j.kind)), false) AS is_check
         FROM tropeiro.job j WHERE j.rollout_id = r.id) c
 CROSS JOIN LATERAL (SELECT count(*) AS blocked FROM tropeiro.blocked_jobs(r.id)) b
 ORDER BY r.id DESC
