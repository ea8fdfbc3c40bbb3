-- What plans allow while passes of theirs run or are to run, of the waves that have begun: slots of a server, for a pass takes
-- several connections.
SELECT s.resource, min(s.slots::bigint) AS slots
  FROM tropeiro.rollout r CROSS JOIN LATERAL jsonb_each_text(r.summary -> 'slots') AS s (resource, slots)
 WHERE r.finished_at IS NULL
   AND (EXISTS (SELECT FROM tropeiro.job j
                 WHERE j.rollout_id = r.id AND j.state = 'running' AND j.kind = 'copy' AND j.pass <> 0)
        OR (r.asked = 'running'
            AND EXISTS (SELECT j.id FROM tropeiro.job j
                         WHERE j.rollout_id = r.id AND j.state = 'wait' AND j.kind = 'copy' AND j.pass <> 0
                           AND j.wave <= r.wave
                        EXCEPT SELECT tropeiro.blocked_jobs(r.id))))
 GROUP BY s.resource
