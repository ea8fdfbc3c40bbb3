-- The last errors of each city of a rollout, dead jobs first. $1: rollout; $2: how many a city.
SELECT city, id, label, error, state
  FROM (SELECT j.city, j.id, j.label, j.error, j.state,
               row_number() OVER (PARTITION BY j.city ORDER BY j.state = 'dead' DESC, j.id) AS place
          FROM tropeiro.job j
         WHERE j.rollout_id = $1::bigint AND j.error IS NOT NULL AND j.state IN ('wait', 'running', 'dead')) e
 WHERE place <= $2::bigint
 ORDER BY city, place
