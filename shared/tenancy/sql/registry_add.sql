-- Registers a tenant; no row when the slug or the id is taken. $1: id or NULL; $2: slug; $3: name; $4: email or NULL.
INSERT INTO public.tenant_registry (tenant_id, tenant_slug, tenant_name, email)
VALUES (coalesce($1::uuid, gen_random_uuid()), $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING tenant_id
