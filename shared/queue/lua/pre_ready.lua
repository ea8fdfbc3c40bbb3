-- The ways of a job into and out of `ready` and `active`.

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
