-- What plans allow while passes of theirs run or are to run: slots of a server, for a pass takes several connections.
SELECT s.resource, min(s.slots::bigint) AS slots
  FROM tropeiro.rollout r CROSS JOIN LATERAL jsonb_each_text(r.summary -> 'slots') AS s (resource, slots)
 WHERE r.finished_at IS NULL
   AND EXISTS (SELECT FROM tropeiro.job j
                WHERE j.rollout_id = r.id AND j.kind = 'copy' AND j.pass <> 0
                  AND (j.state = 'running' OR (j.state = 'wait' AND r.asked = 'running')))
 GROUP BY s.resource
