-- What the operator wants of a rollout. Holds at once for whatever becomes ready or is claimed; jobs that are
-- somewhere already are visited by `sweep`. A cancelled rollout stays cancelled. May come before the jobs do.
-- KEYS  prefix
-- ARGV  run, 'cancel' | 'pause' | 'run' | 'forget'
-- Returns the number of sweeps to do.

run_even_when_full()
local run, wanted = ARGV[1], ARGV[2]
local key = run_key(run)
local now = call('HGET', key, 'ctl')
if now == 'forget' or (now == 'cancel' and wanted ~= 'forget') then wanted = now end
if wanted == 'run' then call('HDEL', key, 'ctl') else call('HSET', key, 'ctl', wanted) end
local sweeps = call('SUNIONSTORE', sweep_key(run), buckets_key(run))
if sweeps > 0 then call('SADD', SWEEPS, run)
elseif wanted == 'forget' then call('DEL', key) end
return sweeps
