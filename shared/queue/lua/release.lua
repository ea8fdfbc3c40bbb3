-- A worker gives an active job back without having failed at it: ready again at once, no try counted.
-- KEYS  prefix
-- ARGV  id, att
-- Returns {'OK', state it is in now} | {'STALE', state}

local job, state = held(ARGV[1], ARGV[2])
if not job then return { 'STALE', state } end
vacate(job)
make_ready(job)
event('release', job.id)
return { 'OK', job.st }
