-- The next chunk of a finished job's dependents.
-- KEYS  prefix
-- ARGV  id
-- Returns {dependents made ready, dependents left}

run_even_when_full()
local id = ARGV[1]
local state = call('HGET', job_key(id), 'st')
local released, left = 0, 0
if not state or state == 'done' then released, left = release_kids(id) end
if left == 0 then call('SREM', FAN, id) end
return { released, left }
