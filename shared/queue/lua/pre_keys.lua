-- What stands before every transition: this file with the key names (the Lua half of ../keys.hpp) and the clock, then
-- pre_jobs, pre_rings and pre_ready with the moves that several transitions share. KEYS[1] is the epoch's prefix, "{tropeiro}:e7:"; all other keys are made from it here.
--
-- Structure that every script leaves behind as it found it:
--   a job is ready       <=> it stands in rdy:<lane>:<city> and age:<lane>, and in pass:<run>:<pass> if it has a pass
--   rdy:<lane>:<city> is not empty <=> the city is in ring:<lane>, or parked on park:c:<city>; never both
--   ring:<lane> is not empty       <=> the lane is in `lanes`, or parked on park:<field on of its hash>; never both
--   a job is active      <=> it stands in `lease`, in with:<run>:<pass> if it has a pass, and in use:<r> of each of its
--                            resources r; of the members of a pass that run together, one holds the servers' slots
--   hold:<run>:<pass> is not empty  =>  the pass stands in `gates`
--   a resource with a free slot and lanes parked on it is also a resource of a lane in `lanes`
--
-- Fairness is start-time fair queueing with jobs of cost 1: whoever has the least virtual time is served and gets
-- one more. Newcomers start one behind the clock (the virtual time served last), so that a city which comes and
-- goes cannot overtake one that waits; who was parked keeps its time, but gains no credit for the absence.

local P = KEYS[1]
local call = redis.call

local META, CAP, LANES, LEASE, DELAY = P .. 'meta', P .. 'cap', P .. 'lanes', P .. 'lease', P .. 'delay'
local DEAD, WAKE, EVENTS, FAN, PARKED = P .. 'dead', P .. 'wake', P .. 'ev', P .. 'fan', P .. 'parked'
local WORKERS, WCTL, LANE_NUMBERS, SWEEPS = P .. 'workers', P .. 'wctl', P .. 'lane', P .. 'sweeps'
local GATES = P .. 'gates'

local function job_key(id) return P .. 'j:' .. id end
local function kids_key(id) return P .. 'kids:' .. id end
local function run_key(run) return P .. 'run:' .. run end
local function roots_key(run) return P .. 'roots:' .. run end
local function buckets_key(run) return P .. 'buckets:' .. run end
local function sweep_key(run) return P .. 'sweep:' .. run end
local function bucket_key(run, bucket) return P .. 'ids:' .. run .. ':' .. bucket end
local function lane_key(lane) return P .. 'ln:' .. lane end
local function ring_key(lane) return P .. 'ring:' .. lane end
local function age_key(lane) return P .. 'age:' .. lane end
local function ready_key(lane, city) return P .. 'rdy:' .. lane .. ':' .. city end
local function use_key(resource) return P .. 'use:' .. resource end
local function park_key(resource) return P .. 'park:' .. resource end
local function pass_key(run, pass) return P .. 'pass:' .. run .. ':' .. pass end
local function hold_key(run, pass) return P .. 'hold:' .. run .. ':' .. pass end
local function with_key(run, pass) return P .. 'with:' .. run .. ':' .. pass end
local function missing_key(run) return P .. 'miss:' .. run end
local function worker_key(worker) return P .. 'w:' .. worker end

local DEFAULT_LIMIT = 8        -- slots of a server that nobody set a limit for
local FAN_OUT = 200            -- dependents released in one script
local KEEP_FINISHED = 3600000  -- ms that a finished job's hash stays
local WORKER_TTL = 60000       -- ms without a beat after which a worker is gone
local GATE_PATIENCE = 10000    -- ms without a newcomer after which a pass starts without those that are missing

local time = call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

-- Under maxmemory a script whose first write frees memory runs to its end. So every transition that must work when
-- memory is full begins with this (a write that changes nothing).
local function run_even_when_full() call('ZREM', LEASE, '') end

local function event(what, id) call('XADD', EVENTS, 'MAXLEN', '~', 10000, '*', 't', what, 'j', id) end

-- Wakes one idle worker. Its claim wakes the next.
local signalled = false
local function signal()
  if not signalled then call('ZADD', WAKE, 0, '1') end
  signalled = true
end
