-- $1 rollout, $2 epoch, $3 name, $4 holder.
INSERT INTO tropeiro.snapshot_name (rollout_id, epoch, name, holder) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
