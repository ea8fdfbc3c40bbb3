-- After a new epoch: what the unfinished copy jobs had brought is of another moment and is brought again. $1: rollout.
UPDATE tropeiro.job SET rows = 0, bytes = 0
 WHERE rollout_id = $1::bigint AND kind = 'copy' AND state IN ('wait', 'running', 'dead') AND (rows, bytes) <> (0, 0)
