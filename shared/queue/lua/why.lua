-- Everything that can hold a job back. Reads only.
-- KEYS  prefix
-- ARGV  id
-- Returns {} for an unknown job, else
--   {st, pend, sealed (1 | 0), ms until due or -1, ctl, open (1 | 0), workers, ahead, own, att, try, max, rec,
--    lease ms or -1, sig, gathering (1 | 0), {{resource, limit, used, {id, ...}}, ...}}

local job = load_job(ARGV[1])
if not job then return {} end
local f = call('HMGET', job_key(job.id), 'pend', 'own', 'try', 'max', 'rec', 'sig')

local function left(set)
  local at = call('ZSCORE', set, job.id)
  return at and math.max(0, at - NOW) or -1
end

local function workers_alive()
  local alive = 0
  for _, worker in ipairs(call('ZRANGEBYSCORE', WORKERS, NOW - WORKER_TTL, '+inf')) do
    if call('HEXISTS', WCTL, worker) == 0 then alive = alive + 1 end
  end
  return alive
end

local blocked = {}
local function look_at(resource)
  if has_room(resource) then return end
  local users = call('SRANDMEMBER', use_key(resource), 10)
  table.insert(blocked, { resource, limit_of(resource), used_of(resource), users })
end

if job.lane then
  for _, resource in ipairs(lane_info(job.lane).resources) do look_at(resource) end
  look_at('c:' .. job.city)
end
local gathering = job.pass and call('SISMEMBER', hold_key(job.run, job.pass), job.id) or 0
local ahead = job.st == 'ready' and call('ZRANK', ready_key(job.lane, job.city), job.id) or 0
return {
  job.st, f[1] or 0, 1 - call('SISMEMBER', roots_key(job.run), job.id), left(DELAY), control_of(job.run),
  call('HGET', META, 'open') == '1' and 1 or 0, workers_alive(), ahead, f[2] or '', job.att, f[3] or 0, f[4] or 0,
  f[5] or 0, left(LEASE), f[6] or '', gathering, blocked,
}
