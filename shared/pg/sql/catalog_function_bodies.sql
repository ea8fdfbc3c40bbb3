-- Bodies of people's own functions, in languages whose bodies are text. No parameters.
SELECT p.oid, p.prosrc
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('c', 'internal')
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prosrc <> ''
