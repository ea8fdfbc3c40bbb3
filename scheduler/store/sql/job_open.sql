-- Unfinished jobs of a rollout, of the waves that have begun, with those of their dependencies that are not done. $1: rollout; $2: above this
-- number; $3: how many.
SELECT j.id, j.rollout_id, j.kind, j.city, j.lane, j.score, j.pass, j.state = 'running' AS running, j.claim_seq,
       coalesce(j.owner, '') AS owner, j.attempts,
       ARRAY(SELECT d.id FROM tropeiro.job d
              WHERE d.id = ANY (j.depends_on) AND d.state <> 'done' ORDER BY d.id) AS open_dependencies
  FROM tropeiro.job j
 WHERE j.rollout_id = $1::bigint AND j.state IN ('wait', 'running') AND j.id > $2::bigint
   AND j.wave <= (SELECT r.wave FROM tropeiro.rollout r WHERE r.id = $1::bigint)
 ORDER BY j.id
 LIMIT $3::bigint
