-- Who we are on this server and what that role may do. No parameters; one row.
SELECT current_setting('server_version') AS version,
       current_user AS username,
       current_database() AS database,
       coalesce((SELECT s.version || ' ' || s.cipher FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid() AND s.ssl), '')
           AS tls,
       coalesce(r.rolsuper, false) AS superuser,
       coalesce(r.rolcreatedb, false) AS create_database,
       coalesce(r.rolcreaterole, false) AS create_role,
       coalesce(r.rolbypassrls, false) AS bypass_row_security,
       has_database_privilege(current_database(), 'CREATE') AS create_in_database
  FROM (SELECT current_user AS name) AS me
  LEFT JOIN pg_roles r ON r.rolname = me.name
