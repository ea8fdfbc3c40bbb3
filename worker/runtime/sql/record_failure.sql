-- $1 job, $2 claim number, $3 error, $4 the state it goes to: wait, dead or cancelled, $5 rows and $6 bytes that landed.
UPDATE tropeiro.job
   SET state = $4, error = $3, attempts = attempts + 1, rows = rows + $5, bytes = bytes + $6,
       finished_at = CASE WHEN $4 = 'wait' THEN NULL ELSE now() END
 WHERE id = $1 AND claim_seq = $2 AND state = 'running'
