-- The operator lets a dead job try again, with a clean record.
-- KEYS  prefix
-- ARGV  id
-- Returns {'OK', state it is in now} | {'STALE', state}

run_even_when_full()
local job = load_job(ARGV[1])
if not job or job.st ~= 'dead' then return { 'STALE', job and job.st or 'gone' } end
call('ZREM', DEAD, job.id)
call('HDEL', job_key(job.id), 'try', 'rec', 'sig')
make_ready(job)
event('redo', job.id)
return { 'OK', job.st }
