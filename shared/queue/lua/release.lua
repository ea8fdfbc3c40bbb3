-- A worker gives an active job back without having failed at it: ready again at once, no try counted.
-- KEYS  prefix
-- ARGV  id, att, '1' when the job is to be no member of its pass any more
-- Returns {'OK', state it is in now} | {'STALE', state} | {'CLOSED'}

if is_closed() then return { 'CLOSED' } end
local job, state = held(ARGV[1], ARGV[2])
if not job then return { 'STALE', state } end
vacate(job)
if ARGV[3] == '1' then
  call('HDEL', job_key(job.id), 'pass')
  job.pass = nil
end
make_ready(job)
event('release', job.id)
return { 'OK', job.st }
