-- $1 rollout, $2 step. No row when the step was taken before.
INSERT INTO tropeiro.applied_step (rollout_id, step) VALUES ($1, $2)
ON CONFLICT DO NOTHING
RETURNING step
