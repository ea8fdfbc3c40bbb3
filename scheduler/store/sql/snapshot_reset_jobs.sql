-- After a new epoch: tables that are only partly there start again. Done parts wait again; running ones too, and
-- their claim is outdated, so that what they still report is void. $1: rollout. Returns the jobs. To be repeated
-- until it returns none: a job of several tables tears the others' parts along.
WITH item AS (
    SELECT j.id, j.city, j.state, i.item -> 'table' AS table_name
      FROM tropeiro.job j CROSS JOIN LATERAL jsonb_array_elements(j.spec -> 'items') AS i(item)
     WHERE j.rollout_id = $1::bigint AND j.kind = 'copy'
), torn AS (
    SELECT city, table_name FROM item
     GROUP BY city, table_name
    HAVING count(*) > 1 AND bool_or(state <> 'done')
)
UPDATE tropeiro.job j
   SET state = 'wait', claim_seq = j.claim_seq + CASE WHEN j.state = 'running' THEN 1 ELSE 0 END, owner = NULL,
       rows = 0, bytes = 0, started_at = NULL, finished_at = NULL
 WHERE j.state IN ('done', 'running')
   AND j.id IN (SELECT i.id FROM item i JOIN torn t ON t.city = i.city AND t.table_name = i.table_name)
RETURNING j.id
