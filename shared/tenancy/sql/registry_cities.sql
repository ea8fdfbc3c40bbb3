-- Compares cities with the registry and takes over what is missing. {cities}: the quoted name of the table.
-- Returns slug and what happened to it: added, renamed, or a conflict with a second slug or id that explains it.
WITH city AS (
    SELECT c.id::text::uuid AS id, c.slug::text AS slug, c.name::text AS name FROM {cities} c WHERE c.slug IS NOT NULL
), clash AS (
    SELECT c.slug, CASE WHEN s.tenant_id IS NOT NULL THEN 'other_id' ELSE 'other_slug' END AS what,
           coalesce(s.tenant_id::text, i.tenant_slug) AS other
      FROM city c
      LEFT JOIN public.tenant_registry s ON s.tenant_slug = c.slug AND s.tenant_id <> c.id
      LEFT JOIN public.tenant_registry i ON i.tenant_id = c.id AND i.tenant_slug <> c.slug
     WHERE s.tenant_id IS NOT NULL OR i.tenant_id IS NOT NULL
), renamed AS (
    UPDATE public.tenant_registry r SET tenant_name = c.name, updated_at = now()
      FROM city c WHERE c.id = r.tenant_id AND c.slug = r.tenant_slug AND c.name <> r.tenant_name
    RETURNING r.tenant_slug
), added AS (
    INSERT INTO public.tenant_registry (tenant_id, tenant_slug, tenant_name)
    SELECT c.id, c.slug, coalesce(c.name, c.slug) FROM city c
     WHERE NOT EXISTS (SELECT FROM public.tenant_registry r WHERE r.tenant_id = c.id OR r.tenant_slug = c.slug)
    ON CONFLICT DO NOTHING
    RETURNING tenant_slug
)
SELECT tenant_slug AS slug, 'added' AS what, '' AS other FROM added
UNION ALL SELECT tenant_slug, 'renamed', '' FROM renamed
UNION ALL SELECT slug, what, other FROM clash
ORDER BY slug, what
