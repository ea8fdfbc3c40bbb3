-- What is known of this epoch. Reads only.
-- KEYS  prefix
-- Returns {open (1 | nil), run_id | nil}

return call('HMGET', META, 'open', 'run_id')
