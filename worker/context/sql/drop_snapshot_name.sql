-- $1 rollout, $2 epoch, $3 name.
DELETE FROM tropeiro.snapshot_name WHERE rollout_id = $1 AND epoch = $2 AND name = $3
