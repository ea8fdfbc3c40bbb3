-- Dead jobs wait again, nothing counted against them; not those of cities that were undone. $1: rollout; $2: one job of it, or NULL for all.
UPDATE tropeiro.job j
   SET state = 'wait', attempts = 0, error = NULL, owner = NULL, finished_at = NULL
 WHERE rollout_id = $1::bigint AND state = 'dead' AND ($2::bigint IS NULL OR id = $2)
   AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = j.rollout_id AND u.city = j.city)
