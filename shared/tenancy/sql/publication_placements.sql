-- Placements of modules go back to what they were before a rollout published them; those that say something else by now
-- are left alone. $1 rollout; $2 tenant.
WITH mine AS (
    SELECT p.tenant_id, p.database_name, m.line ->> 'module' AS module, m.line -> 'before' AS before
      FROM tropeiro.publication p CROSS JOIN LATERAL jsonb_array_elements(p.modules) AS m(line)
     WHERE p.rollout_id = $1::bigint AND p.tenant_id = $2::uuid
), removed AS (
    DELETE FROM tropeiro.tenant_module t USING mine
     WHERE t.tenant_id = mine.tenant_id AND t.module_name = mine.module AND t.database_name = mine.database_name
       AND jsonb_typeof(mine.before) = 'null'
    RETURNING t.module_name
)
UPDATE tropeiro.tenant_module t
   SET database_name = mine.before ->> 'database_name', schema_name = mine.before ->> 'schema_name',
       status = mine.before ->> 'status'
  FROM mine
 WHERE t.tenant_id = mine.tenant_id AND t.module_name = mine.module AND t.database_name = mine.database_name
   AND jsonb_typeof(mine.before) = 'object'
   AND (t.database_name, t.schema_name, t.status)
       IS DISTINCT FROM (mine.before ->> 'database_name', mine.before ->> 'schema_name', mine.before ->> 'status')
