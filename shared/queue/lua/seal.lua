-- A rollout is loaded: jobs with nothing to wait for become ready, a chunk at a time.
-- KEYS  prefix
-- ARGV  run, chunk
-- Returns how many are left; call again until 0.

for _, id in ipairs(call('SPOP', roots_key(ARGV[1]), ARGV[2])) do
  local job = load_job(id)
  if job and job.st == 'wait' then become_free(job) end
end
return call('SCARD', roots_key(ARGV[1]))
