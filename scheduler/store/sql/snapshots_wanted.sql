-- Rollouts that have rows to copy, with their newest epoch and the names exported under it.
SELECT r.id, coalesce(e.epoch, 0) AS epoch, coalesce(e.ended_at IS NOT NULL, false) AS ended,
       ARRAY(SELECT n.name FROM tropeiro.snapshot_name n
              WHERE n.rollout_id = r.id AND n.epoch = e.epoch ORDER BY n.name) AS names,
       ARRAY(SELECT n.holder FROM tropeiro.snapshot_name n
              WHERE n.rollout_id = r.id AND n.epoch = e.epoch ORDER BY n.name) AS holders
  FROM tropeiro.rollout r
  LEFT JOIN LATERAL (SELECT * FROM tropeiro.snapshot_epoch s
                      WHERE s.rollout_id = r.id ORDER BY s.epoch DESC LIMIT 1) e ON true
 WHERE r.needs_snapshot AND r.finished_at IS NULL AND r.asked <> 'cancelled'
   AND EXISTS (SELECT FROM tropeiro.job j
                WHERE j.rollout_id = r.id AND j.kind = 'copy' AND j.state IN ('wait', 'running', 'dead'))
 ORDER BY r.id
