-- $1 rollout. The source tables that its unfinished copy jobs read, those on the way to a row's tenant among them.
WITH item AS (
    SELECT item
      FROM tropeiro.job j, jsonb_array_elements(j.spec -> 'items') item
     WHERE j.rollout_id = $1 AND j.kind = 'copy' AND j.state IN ('wait', 'running', 'dead'))
SELECT item -> 'table' ->> 'schema' AS schema_name, item -> 'table' ->> 'name' AS table_name
  FROM item
 UNION
SELECT hop -> 'to' ->> 'schema', hop -> 'to' ->> 'name'
  FROM item, jsonb_array_elements(item -> 'filter' -> 'path') hop
 ORDER BY 1, 2
