-- Which table each index, trigger, rule, policy, default, constraint and statistics object belongs to. No parameters.
SELECT 'pg_catalog.pg_trigger'::regclass::oid AS class_id, oid AS object_id, tgrelid AS table_oid
  FROM pg_catalog.pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'pg_catalog.pg_policy'::regclass, oid, polrelid FROM pg_catalog.pg_policy
UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, oid, ev_class FROM pg_catalog.pg_rewrite WHERE oid >= 16384
UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass, oid, adrelid FROM pg_catalog.pg_attrdef
UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, oid, conrelid FROM pg_catalog.pg_constraint WHERE conrelid <> 0
UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid, stxrelid FROM pg_catalog.pg_statistic_ext
UNION ALL SELECT 'pg_catalog.pg_class'::regclass, indexrelid, indrelid FROM pg_catalog.pg_index WHERE indexrelid >= 16384
