-- Takes back jobs whose lease ran out. That is a recovery and no failed try; too many of them mean that the job kills
-- its workers. Opens gates that have waited long enough. Forgets workers that fell silent. Nothing of a closed queue.
-- KEYS  prefix
-- ARGV  limit, max_recoveries
-- Returns {{id, att, 'ready' | 'poison' | 'cancelled', ...}, {finished jobs with dependents left},
--          {rollouts with a sweep left}}

run_even_when_full()
if is_closed() then return { {}, {}, {} } end
local taken = {}
for _, id in ipairs(call('ZRANGEBYSCORE', LEASE, '-inf', NOW, 'LIMIT', 0, ARGV[1])) do
  local job = load_job(id)
  if not job or job.st ~= 'active' then
    call('ZREM', LEASE, id)
  else
    vacate(job)
    local outcome = 'ready'
    if control_of(job.run) == 'cancel' then
      cancel_job(job)
      outcome = 'cancelled'
    elseif call('HINCRBY', job_key(id), 'rec', 1) > tonumber(ARGV[2]) then
      bury(job, 'poison', 'poison')
      outcome = 'poison'
    else
      make_ready(job)
      event('reaped', id)
    end
    table.insert(taken, id)
    table.insert(taken, job.att)
    table.insert(taken, outcome)
  end
end

open_due_gates(ARGV[1])
for _, worker in ipairs(call('ZRANGEBYSCORE', WORKERS, '-inf', NOW - WORKER_TTL)) do
  call('ZREM', WORKERS, worker)
  call('HDEL', WCTL, worker)
end
return { taken, call('SRANDMEMBER', FAN, 10), call('SRANDMEMBER', SWEEPS, 10) }
