-- The registry's older columns, which remember a schema when the placement is gone, as they were. $1 rollout; $2 tenant.
UPDATE public.tenant_registry r
   SET operations_schema = p.operations_schema, finance_schema = p.finance_schema, updated_at = now()
  FROM tropeiro.publication p
 WHERE p.rollout_id = $1::bigint AND p.tenant_id = $2::uuid AND r.tenant_id = p.tenant_id
   AND (r.operations_schema, r.finance_schema) IS DISTINCT FROM (p.operations_schema, p.finance_schema)
