-- Jobs of cancelled rollouts that nobody works on any more. $1: numbers.
UPDATE tropeiro.job j
   SET state = 'cancelled', owner = NULL, finished_at = now()
  FROM tropeiro.rollout r
 WHERE j.id = ANY ($1::bigint[]) AND j.state IN ('wait', 'running')
   AND r.id = j.rollout_id AND r.asked = 'cancelled'
