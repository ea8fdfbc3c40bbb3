-- A worker ('*': every one) shall finish what it has and take nothing more; or may work again.
-- KEYS  prefix
-- ARGV  worker, 1 | 0
-- Returns 'OK'

run_even_when_full()
if ARGV[2] == '1' then call('HSET', WCTL, ARGV[1], 'drain') else call('HDEL', WCTL, ARGV[1]) end
signal()
return 'OK'
