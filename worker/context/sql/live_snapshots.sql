-- $1 rollout. The newest epoch that has not ended and the snapshots exported under it, one row each; one row with
-- an empty name when the epoch has none.
SELECT e.epoch, coalesce(n.name, '') AS name
  FROM tropeiro.snapshot_epoch e
  LEFT JOIN tropeiro.snapshot_name n USING (rollout_id, epoch)
 WHERE e.rollout_id = $1 AND e.ended_at IS NULL
   AND e.epoch = (SELECT max(epoch) FROM tropeiro.snapshot_epoch WHERE rollout_id = $1)
