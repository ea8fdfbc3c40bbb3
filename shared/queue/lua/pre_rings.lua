-- Resources with their limits, and the rings in which lanes and cities take turns at them.

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
