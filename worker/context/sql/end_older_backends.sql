-- $1 application names of the job up to its number: "tropeiro/<job>/", $2 this claim's number.
-- Ends the backends of the job's earlier owners: a statement that cannot be fenced must not run twice at once.
SELECT count(pg_terminate_backend(pid)) AS ended
  FROM pg_stat_activity
 WHERE datname = current_database()
   AND starts_with(application_name, $1)
   AND pid <> pg_backend_pid()
   AND substr(application_name, length($1) + 1) ~ '^[0-9]+$'
   AND substr(application_name, length($1) + 1)::bigint < $2
