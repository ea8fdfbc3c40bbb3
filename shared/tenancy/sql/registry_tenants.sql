-- Tenants with where they live. $1: slug, or NULL for all. {city_url} and {city_id}: expressions over the city's row
-- "c", or NULL; {city_join}: the join that brings it, or nothing.
SELECT r.tenant_id, r.tenant_slug, r.tenant_name, r.is_active,
       coalesce(m.modules, '{}') AS modules, coalesce(m.database_name, '') AS database,
       coalesce({city_url}, '') AS db_url, {city_id} AS city_id
  FROM public.tenant_registry r
  LEFT JOIN LATERAL (
       SELECT array_agg(t.module_name ORDER BY t.module_name) AS modules, min(t.database_name) AS database_name
         FROM tropeiro.tenant_module t
        WHERE t.tenant_id = r.tenant_id AND t.status = 'active') m ON true
  {city_join}
 WHERE $1::text IS NULL OR r.tenant_slug = $1
 ORDER BY r.tenant_slug
