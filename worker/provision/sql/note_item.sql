-- $1 rollout, $2 schema, $3 table, $4 name, $5 whether it is a constraint. Notes that the rollout made this index or
-- constraint, unless it is a foreign key that was set aside before. In the transaction that made it, with
-- search_path = pg_catalog.
INSERT INTO tropeiro.made_object (class_id, object_id, rollout_id, kind, identity)
SELECT o.class_id, o.object_id, $1::bigint, i.type, i.identity
  FROM (SELECT 'pg_constraint'::regclass::oid AS class_id, c.oid AS object_id
          FROM pg_constraint c
          JOIN pg_class t ON t.oid = c.conrelid
          JOIN pg_namespace n ON n.oid = t.relnamespace
         WHERE $5::boolean AND n.nspname = $2 AND t.relname = $3 AND c.conname = $4
        UNION ALL
        SELECT 'pg_class'::regclass, x.indexrelid
          FROM pg_index x
          JOIN pg_class t ON t.oid = x.indrelid
          JOIN pg_class c ON c.oid = x.indexrelid
          JOIN pg_namespace n ON n.oid = t.relnamespace
         WHERE NOT $5::boolean AND n.nspname = $2 AND t.relname = $3 AND c.relname = $4) o
 CROSS JOIN LATERAL pg_identify_object(o.class_id, o.object_id, 0) AS i
 WHERE NOT EXISTS (SELECT FROM tropeiro.set_aside s
                    WHERE s.kind = 'foreign key' AND (s.schema_name, s.table_name, s.name) = ($2, $3, $4))
ON CONFLICT (class_id, object_id) DO UPDATE
   SET rollout_id = EXCLUDED.rollout_id, kind = EXCLUDED.kind, identity = EXCLUDED.identity
