-- A worker ('*': every one that is there now) leaves at the next checkpoint and takes nothing more; or may work again.
-- Workers that start later are not meant.
-- KEYS  prefix
-- ARGV  worker, 1 | 0
-- Returns 'OK'

run_even_when_full()
local names = { ARGV[1] }
if ARGV[1] == '*' then names = call('ZRANGE', WORKERS, 0, -1) end
for _, name in ipairs(names) do
  if ARGV[2] == '1' then call('HSET', WCTL, name, 'drain') else call('HDEL', WCTL, name) end
end
signal()
return 'OK'
