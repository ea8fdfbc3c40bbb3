-- What pg_identify_object() calls these objects. $1 bigint[]: classes, $2 bigint[]: objects, of equal length.
-- Objects that are gone are left out.
SELECT k.class_id, k.object_id, i.type, i.identity
  FROM unnest($1::bigint[], $2::bigint[]) AS k (class_id, object_id)
 CROSS JOIN LATERAL pg_identify_object(k.class_id::oid, k.object_id::oid, 0) AS i
 WHERE i.identity IS NOT NULL
