-- An epoch number that no load has used before.
INSERT INTO tropeiro.queue_epoch AS q (epoch, redis_run, last_tried) VALUES (0, '', 1)
ON CONFLICT (only_row) DO UPDATE SET last_tried = greatest(q.last_tried, q.epoch) + 1
RETURNING last_tried
