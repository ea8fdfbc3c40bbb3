-- Jobs that were running when Redis was lost come back as active, under the number they run under. Limits are not
-- asked: they do run. Those known already are left alone.
-- KEYS  prefix
-- ARGV  lease_ms, n, then n times: id run typ city lane score max att try pass owner
-- Returns the number added.

local lease, added, at = NOW + tonumber(ARGV[1]), 0, 3
for _ = 1, tonumber(ARGV[2]) do
  local id, run, typ, city, lane = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local score, max, att, try = ARGV[at + 5], ARGV[at + 6], ARGV[at + 7], ARGV[at + 8]
  local pass, owner = ARGV[at + 9], ARGV[at + 10]
  if call('EXISTS', job_key(id)) == 0 then
    local job = { id = id, run = run, lane = number_of_lane(lane), city = city, pass = pass ~= '0' and pass or nil }
    call('HSET', job_key(id), 'st', 'active', 'run', run, 'typ', typ, 'city', city, 'lane', job.lane,
         'score', score, 'max', max, 'att', att, 'try', try, 'own', owner, 't0', NOW)
    call('ZADD', LEASE, lease, id)
    take_slots(job)
    if job.pass then
      call('HSET', job_key(id), 'pass', pass)
      call('SADD', with_key(run, pass), id)
    end
    index(run, id)
    call('HINCRBY', run_key(run), 'active', 1)
    added = added + 1
  end
  at = at + 11
end
return added
