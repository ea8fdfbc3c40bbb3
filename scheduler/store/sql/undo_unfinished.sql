-- $1 tenants' slugs. Those whose undoing was begun and not finished, with the rollout's number.
SELECT u.city, u.rollout_id AS rollout FROM tropeiro.undo u
 WHERE u.finished_at IS NULL AND u.city = ANY ($1)
 ORDER BY u.city
