-- What is to be published about a tenant, and what stood there before; the first time counts. In the transaction that
-- publishes, before it does. $1 rollout; $2 tenant; $3 database; $4 modules, text[]; $5 db_url before or NULL; $6 db_url
-- that is published, or NULL.
INSERT INTO tropeiro.publication (rollout_id, tenant_id, database_name, modules, operations_schema, finance_schema,
                                  db_url_before, db_url)
SELECT $1::bigint, r.tenant_id, $3,
       coalesce((SELECT jsonb_agg(jsonb_build_object('module', w.name, 'before', to_jsonb(m)))
                   FROM unnest($4::text[]) AS w(name)
                   LEFT JOIN tropeiro.tenant_module m ON m.tenant_id = r.tenant_id AND m.module_name = w.name), '[]'),
       r.operations_schema, r.finance_schema, $5, $6
  FROM public.tenant_registry r
 WHERE r.tenant_id = $2::uuid
ON CONFLICT (rollout_id, tenant_id) DO NOTHING
