-- A worker's process is known to have ended: the leases of its jobs end now, and the next reaping gives them to others.
-- KEYS  prefix
-- ARGV  worker
-- Returns how many jobs it held

run_even_when_full()
local held_jobs = 0
for _, id in ipairs(call('ZRANGE', LEASE, 0, -1)) do
  if call('HGET', job_key(id), 'own') == ARGV[1] then
    call('ZADD', LEASE, 'XX', NOW, id)
    held_jobs = held_jobs + 1
  end
end
call('ZREM', WORKERS, ARGV[1])
call('HDEL', WCTL, ARGV[1])
return held_jobs
