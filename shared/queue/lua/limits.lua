-- Every resource that a lane or a limit names. Reads only.
-- KEYS  prefix
-- Returns {{resource, limit set or '', limit that holds or -1, slots in use, lanes parked}, ...}

local set = {}
local explicit = call('HGETALL', CAP)
for i = 1, #explicit, 2 do set[explicit[i]] = explicit[i + 1] end

local known, resources = {}, {}
local function add(resource)
  if not known[resource] then table.insert(resources, resource) end
  known[resource] = true
end
for resource in pairs(set) do add(resource) end
for _, lane in ipairs(call('HKEYS', LANE_NUMBERS)) do
  for resource in string.gmatch(lane, '[^|]+') do add(resource) end
end

table.sort(resources)
local list = {}
for _, resource in ipairs(resources) do
  local holds = string.sub(resource, -1) == '*' and set[resource] or limit_of(resource)
  local parked = call('ZCARD', park_key(resource))
  table.insert(list, { resource, set[resource] or '', holds or -1, used_of(resource), parked })
end
return list
