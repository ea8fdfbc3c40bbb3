-- Up to `want` jobs for a worker. Delayed jobs that are due come back first; then, again and again: the lane that is
-- furthest behind, in it the city that is furthest behind, of it the best job. A lane or city without a free slot
-- is parked on what it lacks, a job of a cancelled or paused rollout is set aside; neither costs its city a turn.
-- KEYS  prefix
-- ARGV  worker, lease_ms, want
-- Returns {'closed'} | {'drain'} | {'ok', ms until the next delayed job or -1, {id att typ run city try pass, ...}}

local worker, lease, want = ARGV[1], NOW + tonumber(ARGV[2]), tonumber(ARGV[3])
local meta = call('HMGET', META, 'open', 'clk')
if meta[1] ~= '1' then return { 'closed' } end
run_even_when_full()
if call('HEXISTS', WCTL, worker) == 1 then
  if call('EXISTS', LANES) == 1 then signal() end -- the wake-up is for somebody else
  return { 'drain' }
end

local lanes_clock = tonumber(meta[2] or 0)
local claimed = {}

-- Answers ms until the next delayed job is due, -1 for none.
local function promote_due()
  local due = call('ZRANGE', DELAY, 0, 0, 'WITHSCORES')[2]
  if not due then return -1 end
  if tonumber(due) > NOW then return due - NOW end
  for _, id in ipairs(call('ZRANGEBYSCORE', DELAY, '-inf', NOW, 'LIMIT', 0, 100)) do
    call('ZREM', DELAY, id)
    local job = load_job(id)
    if job and job.st == 'delay' then make_ready(job) end
  end
  due = call('ZRANGE', DELAY, 0, 0, 'WITHSCORES')[2]
  return due and math.max(0, due - NOW) or -1
end

local function first_full(resources)
  for _, resource in ipairs(resources) do
    if not has_room(resource) then return resource end
  end
end

-- Answers whether the job was given out.
local function settle(job)
  local control = control_of(job.run)
  if job.pass then call('ZREM', pass_key(job.run, job.pass), job.id) end
  if control == 'cancel' then cancel_job(job)
  elseif control == 'pause' then move(job, 'paused')
  else
    take_slots(job)
    table.insert(claimed, activate(job, worker, lease))
    return true
  end
end

local function advance_clocks(lane, info, lane_time, city_time)
  if lane_time > lanes_clock then
    lanes_clock = lane_time
    call('HSET', META, 'clk', lane_time)
  end
  if city_time > info.clock then
    info.clock = city_time
    call('HSET', lane_key(lane), 'clk', city_time)
  end
end

local function serve(lane, lane_time, city, city_time)
  local key = ready_key(lane, city)
  local id = call('ZPOPMIN', key)[1]
  call('ZREM', age_key(lane), id or '')
  local job = id and load_job(id)
  local given = job and settle(job)
  if given then
    advance_clocks(lane, lane_info(lane), lane_time, city_time)
    call('ZINCRBY', LANES, 1, lane)
  end
  if call('EXISTS', key) == 0 then city_leaves(lane, city)
  elseif given then call('ZINCRBY', ring_key(lane), 1, city) end
end

local next_due = promote_due()
open_due_gates(10)
local steps = 0
while #claimed < want and steps < 200 do
  steps = steps + 1
  local head = call('ZRANGE', LANES, 0, 0, 'WITHSCORES')
  local lane, lane_time = head[1], tonumber(head[2])
  if not lane then break end
  local full = first_full(lane_info(lane).resources)
  if full then
    lane_parks(lane, lane_time, full)
    pass_on(lane)
  else
    local first = call('ZRANGE', ring_key(lane), 0, 0, 'WITHSCORES')
    local city, city_time = first[1], tonumber(first[2])
    if has_room('c:' .. city) then serve(lane, lane_time, city, city_time)
    else city_parks(lane, city, city_time) end
  end
end

if call('EXISTS', LANES) == 1 then signal() end
return { 'ok', next_due, claimed }
