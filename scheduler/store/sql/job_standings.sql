-- Where each job of a rollout stands, of the waves that have begun. $1: rollout; $2: above this number; $3: how many.
SELECT j.id, j.state, j.claim_seq, j.attempts,
       NOT EXISTS (SELECT FROM tropeiro.job d WHERE d.id = ANY (j.depends_on) AND d.state <> 'done') AS free
  FROM tropeiro.job j
 WHERE j.rollout_id = $1::bigint AND j.id > $2::bigint
   AND j.wave <= (SELECT r.wave FROM tropeiro.rollout r WHERE r.id = $1::bigint)
 ORDER BY j.id
 LIMIT $3::bigint
