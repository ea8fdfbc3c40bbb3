-- Jobs by number. $1: one number or NULL; $2: rollout or NULL; $3: state or NULL; $4: city or NULL; $5: above this
-- number; $6: how many.
SELECT j.id, j.rollout_id, coalesce(j.tenant_id::text, '') AS tenant_id, j.city, j.database_name, j.kind, j.label,
       j.lane, j.score, j.state, j.claim_seq, j.owner, j.attempts, j.error, j.rows, j.bytes, j.expected_rows,
       j.expected_bytes, j.depends_on,
       to_char(j.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS started_at,
       to_char(j.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at
  FROM tropeiro.job j
 WHERE ($1::bigint IS NULL OR j.id = $1)
   AND ($2::bigint IS NULL OR j.rollout_id = $2)
   AND ($3::text IS NULL OR j.state = $3)
   AND ($4::text IS NULL OR j.city = $4)
   AND j.id > $5::bigint
 ORDER BY j.id
 LIMIT $6::bigint
