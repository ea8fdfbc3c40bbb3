-- $1 tenants' slugs. Those that an unfinished rollout is at work on, with its number.
SELECT j.city, max(r.id) AS rollout
  FROM tropeiro.rollout r
  JOIN tropeiro.job j ON j.rollout_id = r.id
 WHERE r.finished_at IS NULL AND j.state IN ('wait', 'running') AND j.city = ANY ($1)
 GROUP BY j.city
 ORDER BY j.city
