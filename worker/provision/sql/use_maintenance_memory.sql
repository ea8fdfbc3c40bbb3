-- Memory for sorting an index or checking a foreign key, until the transaction ends: a 32nd of what the server takes its
-- cache to be (effective_cache_size), so that several beside each other leave most of it alone; 1 GB at most, and never
-- less than the server's own setting.
SELECT set_config('maintenance_work_mem', greatest(
           (SELECT setting::bigint FROM pg_settings WHERE name = 'maintenance_work_mem'),
           least(1048576, (SELECT setting::bigint * 8 / 32 FROM pg_settings WHERE name = 'effective_cache_size'))
       ) || 'kB', true)
