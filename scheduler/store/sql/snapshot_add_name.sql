-- Adds a name to an epoch that has not ended; no row when it has. $1: rollout; $2: epoch; $3: name; $4: holder.
INSERT INTO tropeiro.snapshot_name (rollout_id, epoch, name, holder)
SELECT e.rollout_id, e.epoch, $3, $4
  FROM tropeiro.snapshot_epoch e
 WHERE e.rollout_id = $1::bigint AND e.epoch = $2::integer AND e.ended_at IS NULL
   FOR SHARE
ON CONFLICT (rollout_id, epoch, name) DO UPDATE SET holder = EXCLUDED.holder
RETURNING name
