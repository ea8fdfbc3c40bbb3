-- The queue gave up on these jobs: dead here too. $1: numbers; $2: why, where the job has no error of its own.
UPDATE tropeiro.job
   SET state = 'dead', error = coalesce(error, $2), owner = NULL, finished_at = now()
 WHERE id = ANY ($1::bigint[]) AND state IN ('wait', 'running')
