-- Extensions that are installed here or could be. No parameters.
SELECT coalesce(e.extname, a.name) AS name, coalesce(e.extversion, '') AS installed,
       coalesce(a.default_version, '') AS available
  FROM pg_catalog.pg_available_extensions a
  FULL JOIN pg_catalog.pg_extension e ON e.extname = a.name
 ORDER BY 1
