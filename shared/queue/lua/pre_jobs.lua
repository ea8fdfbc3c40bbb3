-- Jobs: what their hashes hold, and their changes of state.

local function load_job(id)
  local f = call('HMGET', job_key(id), 'st', 'att', 'run', 'lane', 'city', 'score', 'typ', 'try', 'pass')
  if not f[1] then return nil end
  return { id = id, st = f[1], att = f[2] or '0', run = f[3], lane = f[4], city = f[5], score = f[6],
           typ = f[7], try = f[8] or '0', pass = f[9] or nil }
end

-- The job, when it is active under this claim number; otherwise nil and the state it is in.
local function held(id, att)
  local job = load_job(id)
  if job and job.st == 'active' and job.att == att then return job end
  return nil, job and job.st or 'gone', job
end

-- Then nothing is claimed, and no claim ends: the queue that is loaded in place of this one may have been read from the
-- control database before that end.
local function is_closed() return call('HGET', META, 'open') ~= '1' end

-- The one place where a job changes state: hash and counts of its rollout. Further pairs go into the hash.
local function move(job, to, ...)
  local run = run_key(job.run)
  call('HSET', job_key(job.id), 'st', to, ...)
  call('HINCRBY', run, job.st, -1)
  call('HINCRBY', run, to, 1)
  job.st = to
end

-- done or cancelled. The hash stays for a while, so that a late repetition is recognised.
local function finish(job, to)
  move(job, to)
  call('PEXPIRE', job_key(job.id), KEEP_FINISHED)
  event(to, job.id)
end

local function cancel_job(job)
  call('DEL', kids_key(job.id))
  finish(job, 'cancelled')
end

local function bury(job, signature, what)
  call('ZADD', DEAD, NOW, job.id)
  move(job, 'dead', 'sig', signature)
  event(what, job.id)
end

-- Lanes are interned: jobs carry a short number.
local function number_of_lane(name)
  local number = call('HGET', LANE_NUMBERS, name)
  if not number then
    number = string.format('%d', call('HLEN', LANE_NUMBERS) + 1)
    call('HSET', LANE_NUMBERS, name, number)
    call('HSET', lane_key(number), 'name', name)
  end
  return number
end

-- Files the job under its rollout, for `sweep`.
local function index(run, id)
  local bucket = string.format('%.0f', math.floor(tonumber(id) / 256))
  if call('SADD', bucket_key(run, bucket), id) == 1 then call('SADD', buckets_key(run), bucket) end
end

local controls = {}
local function control_of(run)
  local control = controls[run]
  if control == nil then
    control = call('HGET', run_key(run), 'ctl') or ''
    if control == 'forget' then control = 'cancel' end
    controls[run] = control
  end
  return control
end
