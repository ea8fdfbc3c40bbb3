-- The control database refused a claim, since it knows a larger number (this Redis was rolled back): go past that
-- number and give the job back.
-- KEYS  prefix
-- ARGV  id, att, claim_seq of the control database
-- Returns {'OK', state it is in now} | {'STALE', state} | {'CLOSED'}

if is_closed() then return { 'CLOSED' } end
local job, state = held(ARGV[1], ARGV[2])
if not job then return { 'STALE', state } end
vacate(job)
if tonumber(ARGV[3]) > tonumber(job.att) then call('HSET', job_key(job.id), 'att', ARGV[3]) end
make_ready(job)
event('release', job.id)
return { 'OK', job.st }
