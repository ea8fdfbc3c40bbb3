-- Workers that gave a sign of life lately. Reads only.
-- KEYS  prefix
-- Returns {{name, info, ms since the last beat, drain (1 | 0)}, ...}

local workers = {}
local alive = call('ZRANGEBYSCORE', WORKERS, NOW - WORKER_TTL, '+inf', 'WITHSCORES')
for i = 1, #alive, 2 do
  local told = call('HEXISTS', WCTL, alive[i])
  local info = call('HGET', worker_key(alive[i]), 'i') or ''
  table.insert(workers, { alive[i], info, math.max(0, NOW - alive[i + 1]), told })
end
return workers
