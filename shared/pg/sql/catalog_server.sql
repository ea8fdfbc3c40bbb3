-- The server, the database and what the current user may do. No parameters. One row.
SELECT current_setting('server_version_num')::int AS version, current_setting('block_size')::bigint AS block_size,
       current_setting('max_connections')::bigint AS max_connections,
       pg_postmaster_start_time()::text AS started,
       d.datname, pg_encoding_to_char(d.encoding) AS encoding, d.datcollate, d.datctype,
       current_user::text AS username, r.rolsuper, r.rolcreatedb OR r.rolsuper AS may_create_database,
       r.rolcreaterole OR r.rolsuper AS may_create_role, r.rolbypassrls OR r.rolsuper AS bypasses_row_security
  FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
 WHERE d.datname = current_database() AND r.rolname = current_user
