-- How long the oldest ready job of each lane has been waiting. Reads only.
-- KEYS  prefix
-- Returns {{lane, ready jobs, ms}, ...} for lanes with ready jobs

local lanes = call('HGETALL', LANE_NUMBERS)
local ages = {}
for i = 1, #lanes, 2 do
  local oldest = call('ZRANGE', age_key(lanes[i + 1]), 0, 0, 'WITHSCORES')
  if oldest[1] then
    table.insert(ages, { lanes[i], call('ZCARD', age_key(lanes[i + 1])), math.max(0, NOW - tonumber(oldest[2])) })
  end
end
return ages
