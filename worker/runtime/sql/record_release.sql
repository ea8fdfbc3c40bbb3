-- $1 job, $2 claim number, $3 the state it goes to: wait or cancelled, $4 rows and $5 bytes that landed.
UPDATE tropeiro.job
   SET state = $3, rows = rows + $4, bytes = bytes + $5, finished_at = CASE WHEN $3 = 'wait' THEN NULL ELSE now() END
 WHERE id = $1 AND claim_seq = $2 AND state = 'running'
