-- Roles that grants and policies of this database name; owners are not among them. No parameters.
SELECT d.classid, d.objid, r.rolname
  FROM pg_catalog.pg_shdepend d
  JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
 WHERE d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.deptype IN ('a', 'r')
