-- Ends the epochs of rollouts that have no row to copy any more, and takes their names away. Returns the rollouts.
WITH over AS (
    UPDATE tropeiro.snapshot_epoch e
       SET ended_at = now(), ended_reason = coalesce(ended_reason, 'nothing is left to copy')
      FROM tropeiro.rollout r
     WHERE e.ended_at IS NULL AND r.id = e.rollout_id
       AND (r.finished_at IS NOT NULL OR r.asked = 'cancelled' OR NOT EXISTS (
               SELECT FROM tropeiro.job j
                WHERE j.rollout_id = r.id AND j.kind = 'copy' AND j.state IN ('wait', 'running', 'dead')))
    RETURNING e.rollout_id, e.epoch
), gone AS (
    DELETE FROM tropeiro.snapshot_name n USING over o WHERE n.rollout_id = o.rollout_id AND n.epoch = o.epoch
)
SELECT DISTINCT rollout_id FROM over ORDER BY rollout_id
