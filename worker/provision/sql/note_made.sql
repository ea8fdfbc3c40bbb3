-- After a schema step of rollout $1 and in its transaction, with search_path = pg_catalog: what it made, and what it
-- took off tables that stood before. A foreign key that comes back after it was set aside is nobody's making.
WITH now_here AS MATERIALIZED (
    SELECT * FROM tropeiro.standing_object
), gone AS (
    INSERT INTO tropeiro.set_aside (rollout_id, schema_name, table_name, kind, name, statement)
    SELECT $1::bigint, b.schema_name, b.table_name, b.kind, b.name, b.put_back
      FROM pg_temp.tropeiro_before b
      JOIN pg_class t ON t.oid = b.table_id
     WHERE b.put_back <> ''
       AND NOT EXISTS (SELECT FROM now_here n
                        WHERE n.class_id = b.class_id AND n.object_id = b.object_id AND n.put_back = b.put_back)
    ON CONFLICT DO NOTHING
)
INSERT INTO tropeiro.made_object (class_id, object_id, rollout_id, kind, identity)
SELECT n.class_id, n.object_id, $1::bigint, n.type, n.identity
  FROM now_here n
 WHERE NOT EXISTS (SELECT FROM pg_temp.tropeiro_before b
                    WHERE b.class_id = n.class_id AND b.object_id = n.object_id)
   AND NOT EXISTS (SELECT FROM tropeiro.set_aside s
                    WHERE (s.schema_name, s.table_name, s.kind, s.name)
                        = (n.schema_name, n.table_name, n.kind, n.name))
ON CONFLICT (class_id, object_id) DO UPDATE
   SET rollout_id = EXCLUDED.rollout_id, kind = EXCLUDED.kind, identity = EXCLUDED.identity
