-- Says where a tenant's modules live; writes nothing about one of which it says so already.
-- $1: tenant; $2: modules; $3: database; $4: schema.
INSERT INTO tropeiro.tenant_module (tenant_id, module_name, database_name, schema_name)
SELECT DISTINCT $1::uuid, name, $3, $4 FROM unnest($2::text[]) AS name
ON CONFLICT (tenant_id, module_name) DO UPDATE
   SET database_name = EXCLUDED.database_name, schema_name = EXCLUDED.schema_name, status = 'active'
 WHERE (tenant_module.database_name, tenant_module.schema_name, tenant_module.status)
       IS DISTINCT FROM (EXCLUDED.database_name, EXCLUDED.schema_name, 'active')
