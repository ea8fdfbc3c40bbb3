-- Carries the operator's wish to one bucket (at most 256 jobs) of a rollout. Active jobs are left to their workers.
-- KEYS  prefix
-- ARGV  run
-- Returns the number of sweeps left; call again until 0.

run_even_when_full()
local run = ARGV[1]
local wish = call('HGET', run_key(run), 'ctl') or 'run'
local bucket = call('SPOP', sweep_key(run))

local function leave(job)
  if job.st == 'ready' then leave_ready(job)
  elseif job.st == 'delay' then call('ZREM', DELAY, job.id)
  elseif job.st == 'dead' then call('ZREM', DEAD, job.id) end
end

local visit = {}

function visit.cancel(job)
  if job.st == 'wait' or job.st == 'ready' or job.st == 'delay' or job.st == 'paused' then
    leave(job)
    cancel_job(job)
  end
end

function visit.pause(job)
  if job.st == 'ready' then
    leave_ready(job)
    move(job, 'paused')
  end
end

function visit.run(job)
  if job.st == 'paused' then make_ready(job) end
end

function visit.forget(job)
  if job.st == 'active' then return end
  leave(job)
  if job.pass then
    call('SREM', hold_key(run, job.pass), job.id)
    call('ZREM', GATES, run .. ':' .. job.pass)
  end
  call('DEL', job_key(job.id), kids_key(job.id))
  call('SREM', FAN, job.id)
  call('HINCRBY', run_key(run), job.st, -1)
end

local function forget_index(ids)
  for _, id in ipairs(ids) do
    if call('EXISTS', job_key(id)) == 0 then call('SREM', bucket_key(run, bucket), id) end
  end
  if call('EXISTS', bucket_key(run, bucket)) == 0 then call('SREM', buckets_key(run), bucket) end
  if call('EXISTS', buckets_key(run)) == 0 then call('DEL', run_key(run), roots_key(run), missing_key(run)) end
end

if bucket then
  local ids = call('SMEMBERS', bucket_key(run, bucket))
  for _, id in ipairs(ids) do
    local job = load_job(id)
    if job then visit[wish](job) end
  end
  if wish == 'forget' then forget_index(ids) end
end
local left = call('SCARD', sweep_key(run))
if left == 0 then call('SREM', SWEEPS, run) end
return left
