-- Adds jobs in state wait; those known already are left alone. Jobs with nothing to wait for stay until `seal`.
-- A job of a cancelled rollout is cancelled at once. A dependency that Redis knows as done is not waited for, so that
-- a parent may finish while its dependents load.
-- KEYS  prefix
-- ARGV  n, then n times: id run typ city lane score max floor try pass ndeps dep...
--       score: the smallest is served first; floor: the claim number to count on from; pass: 0 for none
-- Returns the number added.

-- The job waits for those of ARGV[from..to] that are not done.
local function wait_for(id, run, from, to)
  local pending, counted = 0, {}
  for k = from, to do
    local parent = ARGV[k]
    if not counted[parent] and call('HGET', job_key(parent), 'st') ~= 'done' then
      -- Counted by parent and not by what SADD answers: a job that was lost and comes back may still stand there.
      counted[parent] = true
      call('SADD', kids_key(parent), id)
      pending = pending + 1
    end
  end
  if pending > 0 then call('HSET', job_key(id), 'pend', pending) else call('SADD', roots_key(run), id) end
end

local numbers, added_to, added = {}, {}, 0
local at = 2
for _ = 1, tonumber(ARGV[1]) do
  local id, run, typ, city, lane = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local score, max, floor, try = ARGV[at + 5], ARGV[at + 6], ARGV[at + 7], ARGV[at + 8]
  local pass, dependencies = ARGV[at + 9], tonumber(ARGV[at + 10])
  local key = job_key(id)
  if call('EXISTS', key) == 0 then
    numbers[lane] = numbers[lane] or number_of_lane(lane)
    call('HSET', key, 'st', 'wait', 'run', run, 'typ', typ, 'city', city, 'lane', numbers[lane],
         'score', score, 'max', max)
    if floor ~= '0' then call('HSET', key, 'att', floor) end
    if try ~= '0' then call('HSET', key, 'try', try) end
    if pass ~= '0' then
      call('HSET', key, 'pass', pass)
      call('HINCRBY', missing_key(run), pass, 1)
    end
    if control_of(run) == 'cancel' then cancel_job({ id = id, run = run, st = 'wait' })
    else wait_for(id, run, at + 11, at + 10 + dependencies) end
    index(run, id)
    added_to[run] = (added_to[run] or 0) + 1
    added = added + 1
  end
  at = at + 11 + dependencies
end
for run, count in pairs(added_to) do call('HINCRBY', run_key(run), 'wait', count) end
return added
