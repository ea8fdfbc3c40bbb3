-- $1 rollout. The source tables that its unfinished copy jobs read.
SELECT DISTINCT item -> 'table' ->> 'schema', item -> 'table' ->> 'name'
  FROM tropeiro.job j, jsonb_array_elements(j.spec -> 'items') item
 WHERE j.rollout_id = $1 AND j.kind = 'copy' AND j.state IN ('wait', 'running', 'dead')
 ORDER BY 1, 2
