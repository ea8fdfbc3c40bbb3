-- Jobs of a rollout by state. Reads only.
-- KEYS  prefix
-- ARGV  run
-- Returns {wait ready active delay paused done dead cancelled}

local counts = call('HMGET', run_key(ARGV[1]), 'wait', 'ready', 'active', 'delay', 'paused', 'done', 'dead',
                    'cancelled')
for i = 1, 8 do counts[i] = counts[i] or 0 end
return counts
