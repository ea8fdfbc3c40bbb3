-- What decides whether a rollout goes on. $1: rollout. `failed`: cities with a dead job, but those that were undone;
-- `settled`: in the waves that have begun nothing runs or can run.
SELECT r.max_failed, r.canary, r.pause_between_waves, r.wave, r.waves,
       (SELECT count(DISTINCT j.city) FROM tropeiro.job j
         WHERE j.rollout_id = r.id AND j.state = 'dead'
           AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = r.id AND u.city = j.city)) AS failed,
       NOT EXISTS (SELECT FROM tropeiro.job j
                    WHERE j.rollout_id = r.id AND j.wave <= r.wave
                      AND (j.state = 'running'
                           OR (j.state = 'wait' AND j.id NOT IN (SELECT * FROM tropeiro.blocked_jobs(r.id))))) AS settled
  FROM tropeiro.rollout r
 WHERE r.id = $1::bigint
