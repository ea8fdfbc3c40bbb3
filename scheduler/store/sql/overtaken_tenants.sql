-- $1 rollout. Cities of its dead jobs that a newer rollout has worked on, with that one's number.
SELECT n.city, max(n.rollout_id) AS rollout
  FROM tropeiro.job n
 WHERE n.rollout_id > $1::bigint AND n.state <> 'cancelled' AND NOT tropeiro.is_check(n.kind)
   AND n.city IN (SELECT d.city FROM tropeiro.job d WHERE d.rollout_id = $1::bigint AND d.state = 'dead')
   AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = $1::bigint AND u.city = n.city)
   AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = n.rollout_id AND u.city = n.city)
 GROUP BY n.city
 ORDER BY n.city
