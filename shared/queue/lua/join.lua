-- The worker that has claimed a member of a pass takes the other members along that are ready. They hold a slot of their
-- city each, and none of the servers': the whole pass reads the source once.
-- KEYS  prefix
-- ARGV  id, att (of the member that was claimed), worker, lease_ms, want
-- Returns {'STALE', state} | {'OK', {id att typ run city try pass, ...}}

local job, state = held(ARGV[1], ARGV[2])
if not job then return { 'STALE', state } end
local nothing_starts = is_closed() or call('HEXISTS', WCTL, ARGV[3]) == 1
if nothing_starts or not job.pass or control_of(job.run) ~= '' then return { 'OK', {} } end
local joined, want = {}, tonumber(ARGV[5])
for _, id in ipairs(call('ZRANGE', pass_key(job.run, job.pass), 0, -1)) do
  local other = load_job(id)
  if #joined < want and has_room('c:' .. other.city) then
    leave_ready(other)
    take_slots(other)
    table.insert(joined, activate(other, ARGV[3], NOW + ARGV[4]))
  end
end
return { 'OK', joined }
