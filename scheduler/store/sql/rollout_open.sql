-- Rollouts that are not finished, oldest first, for the dispatcher.
SELECT r.id, r.asked, r.state, r.needs_snapshot, r.revision,
       EXISTS (SELECT FROM tropeiro.snapshot_epoch e
                WHERE e.rollout_id = r.id AND e.ended_at IS NULL) AS has_snapshot,
       EXISTS (SELECT FROM tropeiro.job j WHERE j.rollout_id = r.id AND j.kind = 'copy'
                  AND j.state IN ('wait', 'running')) AS has_copies
  FROM tropeiro.rollout r
 WHERE r.finished_at IS NULL
 ORDER BY r.id
