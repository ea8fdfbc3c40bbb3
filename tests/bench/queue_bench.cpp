// How fast and how large the queue is: pairs of claim and complete a second, and bytes of Redis memory a job,
// on one private redis-server with the real scripts.
//
//   queue_bench [--jobs N] [--paced-jobs N] [--workers N] [--json FILE]
//
// Goals: 5,000 pairs a second, 700 bytes a job.
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/task_group.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace tropeiro;
using namespace tropeiro::test;
using model::job_id;
using model::rollout_id;

namespace {

struct options {
    int jobs = 100'000;      // of the memory measurement
    int paced_jobs = 20'000; // of each speed measurement
    int workers = 16;
    std::string json;
};

constexpr int cities = 50;
constexpr int targets = 4;

double info_number(const redis_server& server, const std::string& section, const std::string& name)
{
    const auto text = server.command("INFO " + section);
    const auto at = text.find("\n" + name + ":");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size() + 2));
}

double cpu_seconds(const redis_server& server)
{
    return info_number(server, "cpu", "used_cpu_user") + info_number(server, "cpu", "used_cpu_sys");
}

queue::enqueue_item item(std::int64_t id, int city, std::string kind, std::vector<job_id> depends_on)
{
    queue::enqueue_item out;
    out.id = job_id(id);
    out.run = rollout_id(1);
    out.kind = std::move(kind);
    out.city = fmt::format("afogados-da-ingazeira-{}", city);
    out.lane =
        queue::lane_name("legacy-primary.example.internal:5432",
                         fmt::format("ep-cool-darkness-{}.us-east-2.aws.neon.example:5432", city % targets));
    out.score = static_cast<double>(id % 977) * 8192;
    out.depends_on = std::move(depends_on);
    return out;
}

/// A rollout as the planner makes it: for each city create -> restore -> copies, an index job behind each
/// copy, then foreign keys behind all of them, verify, publish.
std::vector<queue::enqueue_item> rollout(int jobs)
{
    const int copies = std::max(1, (jobs / cities - 5) / 2);
    std::vector<queue::enqueue_item> items;
    std::int64_t id = 0;
    for (int city = 0; city < cities; ++city) {
        const auto create = ++id;
        items.push_back(item(create, city, "create_database", {}));
        const auto restore = ++id;
        items.push_back(item(restore, city, "restore_schema", {job_id(create)}));
        std::vector<job_id> indexed;
        for (int i = 0; i < copies; ++i) {
            const auto copy = ++id;
            items.push_back(item(copy, city, "copy", {job_id(restore)}));
            indexed.emplace_back(++id);
            items.push_back(item(id, city, "indexes", {job_id(copy)}));
        }
        const auto keys = ++id;
        items.push_back(item(keys, city, "foreign_keys", indexed));
        const auto verify = ++id;
        items.push_back(item(verify, city, "verify", {job_id(keys)}));
        items.push_back(item(++id, city, "publish", {job_id(verify)}));
    }
    return items;
}

struct pace {
    std::int64_t pairs = 0;
    double seconds = 0;
    double redis_seconds = 0; // CPU of the server
};

/// Claims and completes one job at a time, as a worker with one free slot does, until the rollout is done.
task<> work(redis::url address, std::int64_t epoch, std::string name, std::int64_t jobs, std::int64_t& pairs)
{
    queue::redis_queue q(std::move(address), epoch);
    while (pairs < jobs) {
        const auto got = co_await q.claim(name, 1);
        for (const auto& one : got.jobs) {
            co_await q.complete(one.id, one.attempt);
            ++pairs;
        }
        if (got.jobs.empty()) co_await q.wait_for_work(milliseconds(20));
    }
}

pace measure_pace(const options& wanted, std::int64_t limit)
{
    redis_server server;
    const auto address = redis::parse_url(server.socket_url(), "REDIS_URL").value();
    pace out;
    run(
        [&]() -> task<> {
            queue::redis_queue q(address, 1);
            auto items = rollout(wanted.paced_jobs);
            const auto jobs = static_cast<std::int64_t>(items.size());
            co_await q.set_limit("*", limit);
            co_await q.enqueue(std::move(items));
            co_await q.seal(rollout_id(1));
            co_await q.open("bench");
            const auto executor = co_await asio::this_coro::executor;
            rt::task_group group(executor);
            const auto cpu = cpu_seconds(server);
            const auto start = steady::now();
            for (int i = 0; i < wanted.workers; ++i)
                group.spawn(work(address, 1, fmt::format("w{}", i), jobs, out.pairs));
            co_await group.join();
            out.seconds = seconds_since(start);
            out.redis_seconds = cpu_seconds(server) - cpu;
        },
        std::chrono::minutes(10));
    return out;
}

struct weight {
    std::int64_t jobs = 0;
    queue::queue_counts counts;
    double bytes = 0;
    double load_seconds = 0;
};

/// A rollout of 50 cities of which every second has got as far as its copies.
weight measure_weight(const options& wanted)
{
    redis_server server;
    const auto address = redis::parse_url(server.socket_url(), "REDIS_URL").value();
    weight out;
    run(
        [&]() -> task<> {
            queue::redis_queue q(address, 1);
            co_await q.open("bench");
            const auto before = info_number(server, "memory", "used_memory");
            auto items = rollout(wanted.jobs);
            out.jobs = static_cast<std::int64_t>(items.size());
            const auto start = steady::now();
            co_await q.enqueue(std::move(items));
            co_await q.seal(rollout_id(1));
            out.load_seconds = seconds_since(start);
            co_await q.set_limit("*", 1000);
            const auto roots = co_await q.claim("w", cities / 2);
            for (const auto& one : roots.jobs)
                co_await q.complete(one.id, one.attempt);
            const auto schemas =
                co_await q.claim("w", cities); // the other half's roots and these cities' schemas
            for (const auto& one : schemas.jobs) {
                if (one.kind == "restore_schema") co_await q.complete(one.id, one.attempt);
                if (one.kind != "restore_schema") co_await q.release(one.id, one.attempt);
            }
            out.counts = co_await q.counts(rollout_id(1));
            out.bytes = info_number(server, "memory", "used_memory") - before;
        },
        std::chrono::minutes(10));
    return out;
}

boost::json::object report(const char* name, const pace& p)
{
    const auto rate = static_cast<double>(p.pairs) / p.seconds;
    const auto micros = p.redis_seconds / static_cast<double>(p.pairs) * 1e6;
    fmt::print("{:<28} {:>8.0f} pairs/s   ({} pairs in {:.2f} s; {:.1f} us of Redis CPU a pair)\n", name,
               rate, p.pairs, p.seconds, micros);
    return {{"pairs_per_second", rate},
            {"pairs", p.pairs},
            {"seconds", p.seconds},
            {"redis_us_per_pair", micros}};
}

boost::json::object report(const weight& w)
{
    const auto each = w.bytes / static_cast<double>(w.jobs);
    fmt::print("{:<28} {:>8.0f} bytes a job ({} jobs: {} waiting, {} ready; loaded in {:.2f} s)\n", "memory",
               each, w.jobs, w.counts.wait, w.counts.ready, w.load_seconds);
    return {{"bytes_per_job", each},
            {"jobs", w.jobs},
            {"waiting", w.counts.wait},
            {"ready", w.counts.ready},
            {"load_seconds", w.load_seconds}};
}

options parse(int argc, char** argv)
{
    options out;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (name == "--jobs")
            out.jobs = std::stoi(argv[i + 1]);
        else if (name == "--workers")
            out.workers = std::stoi(argv[i + 1]);
        else if (name == "--paced-jobs")
            out.paced_jobs = std::stoi(argv[i + 1]);
        else if (name == "--json")
            out.json = argv[i + 1];
        else
            throw std::runtime_error("unknown option " + name);
    }
    return out;
}

} // namespace

int main(int argc, char** argv)
try {
    const auto wanted = parse(argc, argv);
    boost::json::object all;
    all["free_slots"] = report("claim + complete", measure_pace(wanted, 1000));
    all["scarce_slots"] = report("the same, 8 slots a server", measure_pace(wanted, 8));
    all["memory"] = report(measure_weight(wanted));
    if (!wanted.json.empty()) std::ofstream(wanted.json) << boost::json::serialize(all) << '\n';
    return 0;
} catch (const std::exception& e) {
    fmt::print(stderr, "queue_bench: {}\n", e.what());
    return 1;
}
