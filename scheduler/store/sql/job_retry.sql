-- Dead jobs wait again, nothing counted against them. $1: rollout; $2: one job of it, or NULL for all.
UPDATE tropeiro.job
   SET state = 'wait', attempts = 0, error = NULL, owner = NULL, finished_at = NULL
 WHERE rollout_id = $1::bigint AND state = 'dead' AND ($2::bigint IS NULL OR id = $2)
