-- An active job failed: it comes back after a delay, or is dead when the failure is final or no tries are left.
-- KEYS  prefix
-- ARGV  id, att, delay_ms, fatal (0 | 1), signature
-- Returns {'RETRY' | 'DEAD', failed tries} | {'CANCELLED'} | {'STALE', state} | {'CLOSED'}

if is_closed() then return { 'CLOSED' } end
local job, state = held(ARGV[1], ARGV[2])
if not job then return { 'STALE', state } end
vacate(job)
if control_of(job.run) == 'cancel' then
  cancel_job(job)
  return { 'CANCELLED' }
end
local key = job_key(job.id)
local tries = call('HINCRBY', key, 'try', 1)
if ARGV[4] == '1' or tries >= tonumber(call('HGET', key, 'max')) then
  bury(job, ARGV[5], 'dead')
  return { 'DEAD', tries }
end
move(job, 'delay', 'sig', ARGV[5])
call('ZADD', DELAY, NOW + tonumber(ARGV[3]), job.id)
event('retry', job.id)
signal()
return { 'RETRY', tries }
