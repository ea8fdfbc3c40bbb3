-- $1 job, $2 claim number, $3 the state it goes to: wait or cancelled.
UPDATE tropeiro.job
   SET state = $3, finished_at = CASE WHEN $3 = 'wait' THEN NULL ELSE now() END
 WHERE id = $1 AND claim_seq = $2 AND state = 'running'
