-- What the checks of a rollout found, table by table. $1: rollout.
SELECT j.city, j.database_name, d.schema_name, d.table_name, d.method, d.verdict, d.expected, d.found, d.missing, d.differing,
       d.doubled, d.extra, d.repaired, d.examples::text AS examples, d.note
  FROM tropeiro.data_check d
  JOIN tropeiro.job j ON j.id = d.job_id
 WHERE j.rollout_id = $1::bigint
 ORDER BY j.city, d.schema_name, d.table_name
