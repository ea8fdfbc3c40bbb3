-- $1 job, $2 claim number, $3 worker. The job's description when the claim is the newest; no row otherwise.
UPDATE tropeiro.job
   SET state = 'running', claim_seq = $2, owner = $3, started_at = coalesce(started_at, now())
 WHERE id = $1 AND state IN ('wait', 'running') AND claim_seq < $2
RETURNING rollout_id, coalesce(tenant_id::text, '') AS tenant_id, city, database_name, kind, label, spec::text AS spec
