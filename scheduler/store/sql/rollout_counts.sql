-- Jobs of a rollout by state. $1: rollout.
SELECT count(*) FILTER (WHERE state = 'wait') AS wait, count(*) FILTER (WHERE state = 'running') AS running,
       count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state = 'dead') AS dead,
       count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
       (SELECT count(*) FROM tropeiro.blocked_jobs($1::bigint)) AS blocked
  FROM tropeiro.job
 WHERE rollout_id = $1::bigint
