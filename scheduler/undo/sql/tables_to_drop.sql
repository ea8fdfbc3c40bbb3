-- Tables with rows that an undo takes away. $1 rollout; $2 whether the whole database goes; $3 tables that the rollout is
-- known to have made or filled, as quoted names. With search_path = pg_catalog. `stood` tells a table that was there
-- before and got rows; `strange` one that no rollout made; `sent` whether this rollout brought rows into it.
SELECT n.nspname AS schema_name, c.relname AS table_name, l.rollout_id IS NOT NULL AS sent,
       coalesce(l.merged, false) AS merged, NOT $2::boolean AND m.object_id IS NULL AS stood,
       $2::boolean AND a.object_id IS NULL AND NOT format('%I.%I', n.nspname, c.relname) = ANY ($3::text[]) AS strange
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tropeiro')
  LEFT JOIN tropeiro.made_object a ON a.class_id = 'pg_class'::regclass AND a.object_id = c.oid
                                  AND a.identity = format('%I.%I', n.nspname, c.relname)
  LEFT JOIN tropeiro.made_object m ON m.class_id = a.class_id AND m.object_id = a.object_id AND m.rollout_id = $1::bigint
  LEFT JOIN tropeiro.table_ledger l ON l.schema_name = n.nspname AND l.table_name = c.relname
                                   AND l.rollout_id = $1::bigint
 WHERE c.relkind = 'r'
   AND ($2::boolean OR m.object_id IS NOT NULL OR l.rollout_id IS NOT NULL)
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1, 2
