-- $1 job, $2 claim number, $3 rows, $4 bytes.
UPDATE tropeiro.job SET state = 'done', rows = $3, bytes = $4, error = NULL, finished_at = now()
 WHERE id = $1 AND claim_seq = $2 AND state = 'running'
