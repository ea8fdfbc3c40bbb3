-- Tables that were copied into these tenants' databases: the newest verification's item of each. Those of the database
-- where the tenant's modules are placed; and those that the tenant's newest rollout could not verify, so that nothing is
-- placed there yet, unless another database has the tenant's modules. What stands in the control database itself is the
-- application's own. $1: slugs.
SELECT DISTINCT ON (j.city, i.item -> 'table')
       j.city, j.tenant_id::text AS tenant_id, j.database_name, i.item::text AS item
  FROM tropeiro.job j
  JOIN tropeiro.rollout r ON r.id = j.rollout_id
 CROSS JOIN LATERAL jsonb_array_elements(j.spec -> 'tables') AS i(item)
 WHERE j.kind = 'verify' AND j.city = ANY ($1)
   AND ((j.state = 'done' AND EXISTS (SELECT FROM tropeiro.tenant_module m
                                       WHERE m.tenant_id = j.tenant_id AND m.database_name = j.database_name))
        OR (j.state = 'dead' AND r.state <> 'cancelled'
            AND j.rollout_id = (SELECT max(n.rollout_id) FROM tropeiro.job n
                                 WHERE n.kind = 'verify' AND n.tenant_id = j.tenant_id)
            AND NOT EXISTS (SELECT FROM tropeiro.tenant_module m
                             WHERE m.tenant_id = j.tenant_id
                               AND m.database_name NOT IN (j.database_name, current_database()))))
   AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = j.rollout_id AND u.city = j.city)
 ORDER BY j.city, i.item -> 'table', j.id DESC
