-- Stands before every transition: key names (the Lua half of ../keys.hpp), the clock, and the moves that several
-- transitions share. KEYS[1] is the epoch's prefix, "{tropeiro}:e7:"; all other keys are made from it here.
--
-- Structure that every script leaves behind as it found it:
--   a job is ready       <=> it stands in rdy:<lane>:<city> and age:<lane>, and in pass:<run>:<pass> if it has a pass
--   rdy:<lane>:<city> is not empty <=> the city is in ring:<lane>, or parked on park:c:<city>; never both
--   ring:<lane> is not empty       <=> the lane is in `lanes`, or parked on park:<field on of its hash>; never both
--   a job is active      <=> it stands in `lease`, in with:<run>:<pass> if it has a pass, and in use:<r> of each of its
--                            resources r; of the members of a pass that run together, one holds the servers' slots
--   hold:<run>:<pass> is not empty  =>  the pass stands in `gates`
--   a resource with a free slot and lanes parked on it is also a resource of a lane in `lanes`
--
-- Fairness is start-time fair queueing with jobs of cost 1: whoever has the least virtual time is served and gets
-- one more. Newcomers start one behind the clock (the virtual time served last), so that a city which comes and
-- goes cannot overtake one that waits; who was parked keeps its time, but gains no credit for the absence.

local P = KEYS[1]
local call = redis.call

local META, CAP, LANES, LEASE, DELAY = P .. 'meta', P .. 'cap', P .. 'lanes', P .. 'lease', P .. 'delay'
local DEAD, WAKE, EVENTS, FAN, PARKED = P .. 'dead', P .. 'wake', P .. 'ev', P .. 'fan', P .. 'parked'
local WORKERS, WCTL, LANE_NUMBERS, SWEEPS = P .. 'workers', P .. 'wctl', P .. 'lane', P .. 'sweeps'
local GATES = P .. 'gates'

local function job_key(id) return P .. 'j:' .. id end
local function kids_key(id) return P .. 'kids:' .. id end
local function run_key(run) return P .. 'run:' .. run end
local function roots_key(run) return P .. 'roots:' .. run end
local function buckets_key(run) return P .. 'buckets:' .. run end
local function sweep_key(run) return P .. 'sweep:' .. run end
local function bucket_key(run, bucket) return P .. 'ids:' .. run .. ':' .. bucket end
local function lane_key(lane) return P .. 'ln:' .. lane end
local function ring_key(lane) return P .. 'ring:' .. lane end
local function age_key(lane) return P .. 'age:' .. lane end
local function ready_key(lane, city) return P .. 'rdy:' .. lane .. ':' .. city end
local function use_key(resource) return P .. 'use:' .. resource end
local function park_key(resource) return P .. 'park:' .. resource end
local function pass_key(run, pass) return P .. 'pass:' .. run .. ':' .. pass end
local function hold_key(run, pass) return P .. 'hold:' .. run .. ':' .. pass end
local function with_key(run, pass) return P .. 'with:' .. run .. ':' .. pass end
local function missing_key(run) return P .. 'miss:' .. run end
local function worker_key(worker) return P .. 'w:' .. worker end

local DEFAULT_LIMIT = 8        -- slots of a server that nobody set a limit for
local FAN_OUT = 200            -- dependents released in one script
local KEEP_FINISHED = 3600000  -- ms that a finished job's hash stays
local WORKER_TTL = 60000       -- ms without a beat after which a worker is gone
local GATE_PATIENCE = 10000    -- ms without a newcomer after which a pass starts without those that are missing

local time = call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

-- Under maxmemory a script whose first write frees memory runs to its end. So every transition that must work when
-- memory is full begins with this (a write that changes nothing).
local function run_even_when_full() call('ZREM', LEASE, '') end

local function event(what, id) call('XADD', EVENTS, 'MAXLEN', '~', 10000, '*', 't', what, 'j', id) end

-- Wakes one idle worker. Its claim wakes the next.
local signalled = false
local function signal()
  if not signalled then call('ZADD', WAKE, 0, '1') end
  signalled = true
end

-- Jobs --------------------------------------------------------------------------------------------------------

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

-- Resources and limits ----------------------------------------------------------------------------------------

-- "s:a|t:b" -> {"s:a", "t:b"}, with the lane's clock; read once a script.
local lane_infos = {}
local function lane_info(lane)
  local info = lane_infos[lane]
  if not info then
    local f = call('HMGET', lane_key(lane), 'name', 'clk')
    info = { resources = {}, clock = tonumber(f[2] or 0) }
    for resource in string.gmatch(f[1] or '', '[^|]+') do table.insert(info.resources, resource) end
    lane_infos[lane] = info
  end
  return info
end

-- nil: unlimited. Cities are, unless somebody set a limit; servers never.
local limits = {}
local function limit_of(resource)
  local limit = limits[resource]
  if limit == nil then
    local class = string.match(resource, '^[^:]*')
    local f = call('HMGET', CAP, resource, class .. ':*', '*')
    limit = tonumber(f[1] or f[2])
    if not limit then limit = class ~= 'c' and (tonumber(f[3]) or DEFAULT_LIMIT) end
    limits[resource] = limit
  end
  return limit or nil
end

local used = {}
local function used_of(resource)
  local count = used[resource]
  if not count then
    count = call('SCARD', use_key(resource))
    used[resource] = count
  end
  return count
end

local function has_room(resource)
  local limit = limit_of(resource)
  return not limit or used_of(resource) < limit
end

local function take_slot(resource, id)
  if call('SADD', use_key(resource), id) == 1 and used[resource] then used[resource] = used[resource] + 1 end
end

-- Rings -------------------------------------------------------------------------------------------------------

local function lane_joins(lane, time_kept)
  local clock = tonumber(call('HGET', META, 'clk') or 0)
  call('ZADD', LANES, 'NX', time_kept and math.max(time_kept, clock) or clock + 1, lane)
  signal()
end

-- Of the lanes parked on the resource the one that is furthest behind comes back.
local function wake_lane(resource)
  local first = call('ZPOPMIN', park_key(resource))
  if not first[1] then return end
  call('HDEL', lane_key(first[1]), 'on')
  lane_joins(first[1], tonumber(first[2]))
end

local function lane_parks(lane, time_kept, resource)
  call('ZREM', LANES, lane)
  call('ZADD', park_key(resource), time_kept, lane)
  call('HSET', lane_key(lane), 'on', resource)
  call('SADD', PARKED, resource)
end

-- A lane left `lanes`. It may have been woken for a free slot that it does not use: the next one may.
local function pass_on(lane)
  for _, resource in ipairs(lane_info(lane).resources) do
    if call('EXISTS', park_key(resource)) == 1 and has_room(resource) then wake_lane(resource) end
  end
end

local function lane_leaves(lane)
  local parked_on = call('HGET', lane_key(lane), 'on')
  if parked_on then
    call('ZREM', park_key(parked_on), lane)
    call('HDEL', lane_key(lane), 'on')
  else
    call('ZREM', LANES, lane)
    pass_on(lane)
  end
end

local function city_joins(lane, city, time_kept)
  local f = call('HMGET', lane_key(lane), 'clk', 'on')
  local clock = tonumber(f[1] or 0)
  local start = time_kept and math.max(time_kept, clock) or clock + 1
  local ring = ring_key(lane)
  call('ZADD', ring, 'NX', start, city)
  if not f[2] and call('ZCARD', ring) == 1 then lane_joins(lane) end
end

local function city_leaves(lane, city)
  local ring = ring_key(lane)
  if call('ZREM', ring, city) == 0 then call('ZREM', park_key('c:' .. city), lane)
  elseif call('EXISTS', ring) == 0 then lane_leaves(lane) end
end

local function city_parks(lane, city, time_kept)
  local resource = 'c:' .. city
  call('ZREM', ring_key(lane), city)
  call('ZADD', park_key(resource), time_kept, lane)
  call('SADD', PARKED, resource)
  if call('EXISTS', ring_key(lane)) == 0 then lane_leaves(lane) end
end

-- A city's slots are few and its lanes fewer: all of them come back.
local function wake_city(resource)
  local parked = call('ZRANGE', park_key(resource), 0, -1, 'WITHSCORES')
  call('DEL', park_key(resource))
  for i = 1, #parked, 2 do city_joins(parked[i], string.sub(resource, 3), tonumber(parked[i + 1])) end
end

local function give_slot_back(resource, id)
  if call('SREM', use_key(resource), id) == 0 then return end
  if used[resource] then used[resource] = used[resource] - 1 end
  if call('EXISTS', park_key(resource)) == 0 or not has_room(resource) then return end
  if string.sub(resource, 1, 2) == 'c:' then wake_city(resource) else wake_lane(resource) end
end

-- Ready and active --------------------------------------------------------------------------------------------

-- The one way to `ready`. A cancelled or paused rollout's job goes elsewhere.
local function make_ready(job)
  local control = control_of(job.run)
  if control == 'cancel' then return cancel_job(job) end
  if control == 'pause' then return move(job, 'paused') end
  local key = ready_key(job.lane, job.city)
  move(job, 'ready')
  call('ZADD', key, job.score, job.id)
  call('ZADD', age_key(job.lane), NOW, job.id)
  if job.pass then call('ZADD', pass_key(job.run, job.pass), NOW, job.id) end
  if call('ZCARD', key) == 1 then city_joins(job.lane, job.city) end
  signal()
end

-- The gate of a pass opens: those that wait behind it are ready, and whoever comes later does not wait.
local function open_gate(run, pass)
  call('ZREM', GATES, run .. ':' .. pass)
  call('HSET', missing_key(run), pass, 0)
  local held = call('SMEMBERS', hold_key(run, pass))
  call('DEL', hold_key(run, pass))
  for _, id in ipairs(held) do
    local job = load_job(id)
    if job and job.st == 'wait' then make_ready(job) end
  end
end

-- A waiting job has nothing left to wait for, but for the other members of its pass.
local function become_free(job)
  if not job.pass then return make_ready(job) end
  if call('HINCRBY', missing_key(job.run), job.pass, -1) <= 0 then
    make_ready(job)
    return open_gate(job.run, job.pass)
  end
  call('SADD', hold_key(job.run, job.pass), job.id)
  call('ZADD', GATES, NOW + GATE_PATIENCE, job.run .. ':' .. job.pass)
end

-- A pass waits for its members, but not for ever: what some of them wait for may be dead.
local function open_due_gates(limit)
  for _, name in ipairs(call('ZRANGEBYSCORE', GATES, '-inf', NOW, 'LIMIT', 0, limit)) do
    open_gate(string.match(name, '^(%d+):(%d+)$'))
  end
end

-- Ready, but leaving without having been claimed; the caller moves it on.
local function leave_ready(job)
  local key = ready_key(job.lane, job.city)
  call('ZREM', key, job.id)
  call('ZREM', age_key(job.lane), job.id)
  if job.pass then call('ZREM', pass_key(job.run, job.pass), job.id) end
  if call('EXISTS', key) == 0 then city_leaves(job.lane, job.city) end
end

-- A pass holds the servers' slots once, in the name of one of its active members.
local function take_slots(job)
  local joins = job.pass and call('SCARD', with_key(job.run, job.pass)) > 0
  if not joins then
    for _, resource in ipairs(lane_info(job.lane).resources) do take_slot(resource, job.id) end
  end
  take_slot('c:' .. job.city, job.id)
end

-- Another active member of the pass goes on holding the servers' slots; one that holds some itself needs no others.
local function give_server_slots_back(job)
  local heir = job.pass and call('SRANDMEMBER', with_key(job.run, job.pass))
  for _, resource in ipairs(lane_info(job.lane).resources) do
    local key = use_key(resource)
    if not heir or call('SISMEMBER', key, heir) == 1 then give_slot_back(resource, job.id)
    elseif call('SREM', key, job.id) == 1 then call('SADD', key, heir) end
  end
end

-- Into the worker's hands; the caller has taken the slots. Answers what a claim is told.
local function activate(job, worker, lease)
  job.att = string.format('%.0f', job.att + 1)
  call('ZADD', LEASE, lease, job.id)
  if job.pass then call('SADD', with_key(job.run, job.pass), job.id) end
  move(job, 'active', 'att', job.att, 'own', worker, 't0', NOW)
  event('active', job.id)
  return { job.id, job.att, job.typ, job.run, job.city, job.try, job.pass or 0 }
end

-- Active, but leaving; the caller moves it on. Begins with a write that frees memory.
local function vacate(job)
  call('ZREM', LEASE, job.id)
  if job.pass then call('SREM', with_key(job.run, job.pass), job.id) end
  give_server_slots_back(job)
  give_slot_back('c:' .. job.city, job.id)
end

-- Up to FAN_OUT dependents lose one thing to wait for. Answers how many became ready, and how many are left; a job
-- with some left stands in FAN, so that `reap` can go on where the caller died.
local function release_kids(id)
  local kids = call('SPOP', kids_key(id), FAN_OUT)
  local released = 0
  for _, kid in ipairs(kids) do
    local key = job_key(kid)
    if call('HGET', key, 'st') == 'wait' and call('HINCRBY', key, 'pend', -1) == 0 then
      become_free(load_job(kid))
      released = released + 1
    end
  end
  local left = #kids == FAN_OUT and call('SCARD', kids_key(id)) or 0
  if left > 0 then call('SADD', FAN, id) end
  return released, left
end
