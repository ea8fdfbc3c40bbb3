#include "queue_fixture.hpp"

#include "shared/queue/keys.hpp"
#include "shared/queue/transitions.hpp"
#include "shared/redis/script.hpp"

#include <algorithm>

namespace tropeiro::test {
namespace {

// The structure, looked at from both sides: every job where it belongs, and nothing else anywhere.
constexpr std::string_view check = R"lua(
local faults = {}
local function must(holds, text) if not holds then table.insert(faults, text) end end
local function count(t, k) t[k] = (t[k] or 0) + 1 end

local states, runs, uses, kid_edges = {}, {}, {}, {}
local readies, ages, in_passes = 0, 0, 0
local live_with, ready_keys = {}, {}
local all = call('KEYS', P .. '*')
for _, key in ipairs(all) do
  local name = string.sub(key, #P + 1)
  if string.sub(name, 1, 5) == 'with:' then
    in_passes = in_passes + call('SCARD', key)
  elseif string.sub(name, 1, 5) == 'kids:' then
    for _, kid in ipairs(call('SMEMBERS', key)) do count(kid_edges, kid) end
  elseif string.sub(name, 1, 4) == 'use:' then
    uses[string.sub(name, 5)] = call('SCARD', key)
  elseif string.sub(name, 1, 4) == 'rdy:' then
    readies = readies + call('ZCARD', key)
    table.insert(ready_keys, string.sub(name, 5))
  elseif string.sub(name, 1, 5) == 'pass:' then
    in_passes = in_passes + call('ZCARD', key)
  elseif string.sub(name, 1, 4) == 'age:' then
    ages = ages + call('ZCARD', key)
  end
end
local used_by_active = {}
for _, key in ipairs(all) do
  local id = string.match(string.sub(key, #P + 1), '^j:(.+)$')
  if id then
    local job = load_job(id)
    count(states, job.st)
    runs[job.run] = runs[job.run] or {}
    count(runs[job.run], job.st)
    must(call('OBJECT', 'ENCODING', key) == 'listpack', 'job ' .. id .. ' is no listpack')
    if job.st == 'ready' then
      must(call('ZSCORE', ready_key(job.lane, job.city), id), 'ready job ' .. id .. ' is in no ready set')
      must(call('ZSCORE', age_key(job.lane), id), 'ready job ' .. id .. ' has no age')
      if job.pass then
        must(call('ZSCORE', pass_key(job.run, job.pass), id), 'ready job ' .. id .. ' is not in its pass')
        in_passes = in_passes - 1
      end
    elseif job.st == 'active' then
      must(call('ZSCORE', LEASE, id), 'active job ' .. id .. ' has no lease')
      if job.pass then
        must(call('SISMEMBER', with_key(job.run, job.pass), id) == 1, 'active job ' .. id .. ' is not with its pass')
        in_passes = in_passes - 1
      end
      local resources = { unpack(lane_info(job.lane).resources) }
      table.insert(resources, 'c:' .. job.city)
      for _, resource in ipairs(resources) do
        local holds = call('SISMEMBER', use_key(resource), id) == 1
        local joined = job.pass and string.sub(resource, 1, 2) ~= 'c:'
        must(holds or joined, 'active job ' .. id .. ' holds no slot of ' .. resource)
        if holds then count(used_by_active, resource) end
      end
    elseif job.st == 'delay' then must(call('ZSCORE', DELAY, id), 'delayed job ' .. id .. ' has no due')
    elseif job.st == 'dead' then must(call('ZSCORE', DEAD, id), 'dead job ' .. id .. ' is not listed')
    elseif job.st == 'wait' then
      local pend = tonumber(call('HGET', key, 'pend') or 0)
      must(pend == (kid_edges[id] or 0), 'job ' .. id .. ' waits for ' .. pend .. ', edges ' .. (kid_edges[id] or 0))
      local held = job.pass and call('SISMEMBER', hold_key(job.run, job.pass), id) == 1
      must(pend > 0 or held or call('SISMEMBER', roots_key(job.run), id) == 1, 'job ' .. id .. ' waits for nothing')
      if held then
        must(call('ZSCORE', GATES, job.run .. ':' .. job.pass), 'nobody opens the gate of job ' .. id)
      end
    end
  end
end
must(readies == (states.ready or 0), 'ready sets hold ' .. readies .. ' of ' .. (states.ready or 0) .. ' ready jobs')
must(in_passes == 0, 'passes hold ' .. in_passes .. ' jobs too many')
must(ages == (states.ready or 0), 'ages: ' .. ages)
must(call('ZCARD', LEASE) == (states.active or 0), 'leases: ' .. call('ZCARD', LEASE))
must(call('ZCARD', DELAY) == (states.delay or 0), 'delays: ' .. call('ZCARD', DELAY))
must(call('ZCARD', DEAD) == (states.dead or 0), 'dead: ' .. call('ZCARD', DEAD))
for resource, slots in pairs(uses) do
  must(slots == (used_by_active[resource] or 0), resource .. ' leaks slots: ' .. slots)
end
for run, by_state in pairs(runs) do
  for _, state in ipairs({ 'wait', 'ready', 'active', 'delay', 'paused', 'done', 'dead', 'cancelled' }) do
    local counted = tonumber(call('HGET', run_key(run), state) or 0)
    must(counted == (by_state[state] or 0), 'run ' .. run .. ' counts ' .. counted .. ' ' .. state)
  end
end
for _, lane in ipairs(call('HVALS', LANE_NUMBERS)) do
  local on = call('HGET', lane_key(lane), 'on')
  local live = call('ZSCORE', LANES, lane)
  local filled = call('ZCARD', ring_key(lane)) > 0
  must((live and 1 or 0) + (on and 1 or 0) == (filled and 1 or 0), 'lane ' .. lane .. ' is in the wrong place')
  if on then must(call('ZSCORE', park_key(on), lane), 'lane ' .. lane .. ' is not parked on ' .. on) end
  if live then for _, resource in ipairs(lane_info(lane).resources) do live_with[resource] = true end end
  for _, city in ipairs(call('ZRANGE', ring_key(lane), 0, -1)) do
    must(call('EXISTS', ready_key(lane, city)) == 1, 'city ' .. city .. ' is in a ring without jobs')
    must(not call('ZSCORE', park_key('c:' .. city), lane), 'city ' .. city .. ' is parked and in the ring')
  end
end
for _, name in ipairs(ready_keys) do
  local lane, city = string.match(name, '^([^:]*):(.*)$')
  must(call('ZSCORE', ring_key(lane), city) or call('ZSCORE', park_key('c:' .. city), lane), name .. ' is in no ring')
end
for _, key in ipairs(all) do
  local resource = string.match(string.sub(key, #P + 1), '^park:(.+)$')
  if resource then
    must(call('SISMEMBER', PARKED, resource) == 1, resource .. ' is not known as parked on')
    local stranded = has_room(resource) and not live_with[resource]
    must(not stranded, resource .. ' has room, and nobody to wake those parked on it')
  end
end
return faults
)lua";

} // namespace

redis::url url_of(const redis_server& server)
{
    return redis::parse_url(server.socket_url(), "REDIS_URL").value();
}

std::int64_t next_epoch()
{
    static std::int64_t last = 0;
    return ++last;
}

task<std::vector<std::string>> faults_of(redis::url address, std::int64_t epoch)
{
    static const redis::script script("check", queue::prelude() + std::string(check));
    redis::reconnecting_client client(std::move(address));
    std::vector<std::string> keys{queue::keys::prefix(epoch)};
    const auto answer = co_await redis::evaluate(client, script, std::move(keys), std::vector<std::string>());
    std::vector<std::string> faults;
    for (const auto& fault : answer.elements())
        faults.push_back(fault.string());
    co_return faults;
}

void with_queue(redis_server& server, std::function<task<>(redis_queue&)> body)
{
    run([&]() -> task<> {
        redis_queue q(url_of(server), next_epoch());
        co_await q.open("test");
        co_await body(q);
        const auto faults = co_await faults_of(url_of(server), q.epoch());
        EXPECT_TRUE(faults.empty()) << faults.front() << " (" << faults.size() << " faults)";
    });
}

void with_queue(std::function<task<>(redis_queue&)> body) { with_queue(shared_redis(), std::move(body)); }

enqueue_item job(std::int64_t id, std::string city)
{
    enqueue_item item;
    item.id = job_id(id);
    item.run = rollout_id(1);
    item.kind = "copy";
    item.city = std::move(city);
    item.lane = queue::lane_name("src", "dst");
    return item;
}

task<> load(redis_queue& q, std::vector<enqueue_item> items, std::int64_t run)
{
    co_await q.enqueue(std::move(items));
    co_await q.seal(rollout_id(run));
}

task<claimed> claim_one(redis_queue& q, std::string worker, milliseconds lease)
{
    const auto answer = co_await q.claim(std::move(worker), 1, lease);
    if (answer.jobs.size() != 1) throw std::runtime_error("there was no job to claim");
    co_return answer.jobs.front();
}

task<std::string> state_of(redis_queue& q, std::int64_t id)
{
    const auto view = co_await q.view(job_id(id));
    co_return view ? view->state : std::string("unknown");
}

task<std::vector<std::string>> drain_cities(redis_queue& q)
{
    std::vector<std::string> cities;
    while (true) {
        const auto answer = co_await q.claim("w1", 1);
        if (answer.jobs.empty()) co_return cities;
        const auto& got = answer.jobs.front();
        cities.push_back(got.city);
        co_await q.complete(got.id, got.attempt);
    }
}

std::vector<std::int64_t> ids_of(const std::vector<claimed>& jobs)
{
    std::vector<std::int64_t> ids;
    for (const auto& one : jobs)
        ids.push_back(one.id.value);
    std::ranges::sort(ids);
    return ids;
}

} // namespace tropeiro::test
