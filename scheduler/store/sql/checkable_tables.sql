-- Tables that were copied into these tenants' databases: the newest verification's item of each. Those of the database
-- where the tenant's modules are placed; and those of one whose verification failed, so that nothing is placed there yet,
-- unless the tenant has another. $1: slugs.
SELECT DISTINCT ON (j.city, i.item -> 'table')
       j.city, j.tenant_id::text AS tenant_id, j.database_name,
       -- of rollouts that knew one way alone
       jsonb_set(i.item, '{filter,otherwise}', coalesce(i.item #> '{filter,otherwise}', '[]'))::text AS item
  FROM tropeiro.job j
  JOIN tropeiro.rollout r ON r.id = j.rollout_id
 CROSS JOIN LATERAL jsonb_array_elements(j.spec -> 'tables') AS i(item)
 WHERE j.kind = 'verify' AND j.city = ANY ($1)
   AND ((j.state = 'done' AND EXISTS (SELECT FROM tropeiro.tenant_module m
                                       WHERE m.tenant_id = j.tenant_id AND m.database_name = j.database_name))
        OR (j.state = 'dead' AND r.state <> 'cancelled'
            AND NOT EXISTS (SELECT FROM tropeiro.tenant_module m
                             WHERE m.tenant_id = j.tenant_id AND m.database_name <> j.database_name)))
   AND NOT EXISTS (SELECT FROM tropeiro.undo u WHERE u.rollout_id = j.rollout_id AND u.city = j.city)
 ORDER BY j.city, i.item -> 'table', j.id DESC
