-- Opens or closes claiming.
-- KEYS  prefix
-- ARGV  1 | 0, run_id of the server (kept when empty)
-- Returns 'OK'

run_even_when_full()
call('HSET', META, 'open', ARGV[1])
if ARGV[2] ~= '' then call('HSET', META, 'run_id', ARGV[2]) end
if ARGV[1] == '1' then signal() end
return 'OK'
