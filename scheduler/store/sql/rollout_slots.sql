-- What the plans of unfinished rollouts allow: slots of a server, for passes take several connections each.
SELECT s.resource, min(s.slots::bigint) AS slots
  FROM tropeiro.rollout r CROSS JOIN LATERAL jsonb_each_text(r.summary -> 'slots') AS s (resource, slots)
 WHERE r.finished_at IS NULL
 GROUP BY s.resource
