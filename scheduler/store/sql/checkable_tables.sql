-- Tables that were copied into these tenants' databases and read back there: the newest verification's item of each. A
-- tenant without any module placed there has none. $1: slugs.
SELECT DISTINCT ON (j.city, i.item -> 'table')
       j.city, j.tenant_id::text AS tenant_id, j.database_name, i.item::text AS item
  FROM tropeiro.job j
 CROSS JOIN LATERAL jsonb_array_elements(j.spec -> 'tables') AS i(item)
 WHERE j.kind = 'verify' AND j.state = 'done' AND j.city = ANY ($1)
   AND EXISTS (SELECT FROM tropeiro.tenant_module m
                WHERE m.tenant_id = j.tenant_id AND m.database_name = j.database_name)
   AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = j.rollout_id AND u.city = j.city)
 ORDER BY j.city, i.item -> 'table', j.id DESC
