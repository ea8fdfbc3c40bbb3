-- Sets or clears the limit of a resource; whatever is parked on it looks again.
-- KEYS  prefix
-- ARGV  resource ('s:db1', also 's:*', 't:*', 'c:*' and '*'), limit | ''
-- Returns 'OK'

run_even_when_full()
local resource, limit = ARGV[1], ARGV[2]
if limit == '' then call('HDEL', CAP, resource) else call('HSET', CAP, resource, limit) end

local function concerns(parked_on)
  if resource == '*' then return string.sub(parked_on, 1, 2) ~= 'c:' end
  local class = string.match(resource, '^(.*:)%*$')
  if class then return string.sub(parked_on, 1, #class) == class end
  return resource == parked_on
end

for _, parked_on in ipairs(call('SMEMBERS', PARKED)) do
  if concerns(parked_on) then
    if string.sub(parked_on, 1, 2) == 'c:' then
      wake_city(parked_on)
    else
      for _ = 1, call('ZCARD', park_key(parked_on)) do wake_lane(parked_on) end
    end
  end
  if call('EXISTS', park_key(parked_on)) == 0 then call('SREM', PARKED, parked_on) end
end
return 'OK'
