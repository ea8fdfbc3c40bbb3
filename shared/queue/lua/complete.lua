-- An active job is done; its dependents have one thing less to wait for. Said twice under the same claim it is
-- done once and answered alike.
-- KEYS  prefix
-- ARGV  id, att
-- Returns {'OK', dependents made ready, dependents left: go on with `more`} | {'STALE', state} | {'CLOSED'}

if is_closed() then return { 'CLOSED' } end
local id, att = ARGV[1], ARGV[2]
local job, state, other = held(id, att)
if not job then
  if state == 'done' and other.att == att then return { 'OK', 0, call('SCARD', kids_key(id)) } end
  return { 'STALE', state }
end
vacate(job)
finish(job, 'done')
return { 'OK', release_kids(id) }
