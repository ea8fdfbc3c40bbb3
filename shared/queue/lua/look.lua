-- Jobs as they are. Reads only.
-- KEYS  prefix
-- ARGV  'ids', id... | 'active', limit | 'dead', limit
-- Returns for each job {id st run typ city lane att try rec own ms since the claim sig pr}, or nil for an unknown id.

local function ids()
  if ARGV[1] == 'active' then return call('ZRANGE', LEASE, 0, ARGV[2] - 1) end
  if ARGV[1] == 'dead' then return call('ZREVRANGE', DEAD, 0, ARGV[2] - 1) end
  return { unpack(ARGV, 2) }
end

local function lane_name(lane) return lane and call('HGET', lane_key(lane), 'name') or '' end

-- Held back by nothing but its pass: as good as ready.
local function seen_as(id, state, run, pass)
  if state == 'wait' and pass and call('SISMEMBER', hold_key(run, pass), id) == 1 then return 'ready' end
  return state
end

local jobs = {}
for _, id in ipairs(ids()) do
  local f = call('HMGET', job_key(id), 'st', 'run', 'typ', 'city', 'lane', 'att', 'try', 'rec', 'own', 't0', 'sig',
                 'pr', 'pass')
  if not f[1] then
    table.insert(jobs, false)
  else
    local since = f[1] == 'active' and NOW - tonumber(f[10]) or -1
    table.insert(jobs, { id, seen_as(id, f[1], f[2], f[13]), f[2], f[3] or '', f[4] or '', lane_name(f[5]), f[6] or 0, f[7] or 0, f[8] or 0,
                         f[9] or '', since, f[11] or '', f[12] or '' })
  end
end
return jobs
