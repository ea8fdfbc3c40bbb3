-- A worker lives, and these jobs of it got on: their leases begin anew.
-- KEYS  prefix
-- ARGV  worker, lease_ms, info, then triples: id att progress
-- Returns {'run' | 'drain', then for each job 'ok' | 'cancel' | 'lost'}

local worker, lease = ARGV[1], NOW + tonumber(ARGV[2])
run_even_when_full()
call('HSET', worker_key(worker), 'i', ARGV[3])
call('PEXPIRE', worker_key(worker), WORKER_TTL)
call('ZADD', WORKERS, NOW, worker)

local answers = { call('HEXISTS', WCTL, worker) == 1 and 'drain' or 'run' }
for i = 4, #ARGV, 3 do
  local job = held(ARGV[i], ARGV[i + 1])
  if not job then
    table.insert(answers, 'lost')
  else
    call('ZADD', LEASE, 'XX', 'GT', lease, job.id)
    call('HSET', job_key(job.id), 'pr', ARGV[i + 2])
    table.insert(answers, control_of(job.run) == 'cancel' and 'cancel' or 'ok')
  end
end
return answers
