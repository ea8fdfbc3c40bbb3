-- Says where a tenant's module lives; writes nothing when it says so already.
-- $1: tenant; $2: module; $3: database; $4: schema.
INSERT INTO tropeiro.tenant_module (tenant_id, module_name, database_name, schema_name)
VALUES ($1::uuid, $2, $3, $4)
ON CONFLICT (tenant_id, module_name) DO UPDATE
   SET database_name = EXCLUDED.database_name, schema_name = EXCLUDED.schema_name, status = 'active'
 WHERE (tenant_module.database_name, tenant_module.schema_name, tenant_module.status)
       IS DISTINCT FROM (EXCLUDED.database_name, EXCLUDED.schema_name, 'active')
