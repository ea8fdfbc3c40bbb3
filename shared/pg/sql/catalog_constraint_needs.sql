-- What the indexes behind keys and exclusion constraints use: operator classes, collations, functions, or the
-- extensions that bring them. No parameters. pg_dump records these for the index and not for the constraint.
SELECT DISTINCT k.oid, coalesce(e.refclassid, d.refclassid) AS class_id, coalesce(e.refobjid, d.refobjid) AS object_id
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = k.conindid
                             AND d.refobjid >= 16384 AND d.refclassid <> 'pg_catalog.pg_class'::regclass
                             AND d.refclassid <> 'pg_catalog.pg_constraint'::regclass
  LEFT JOIN pg_catalog.pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
 WHERE k.contype IN ('p', 'u', 'x')
