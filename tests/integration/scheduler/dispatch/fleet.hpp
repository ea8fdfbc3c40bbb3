// What the tests of this folder share: a control and a source database, a Redis of their own, schedulers with
// short intervals, and a worker that finishes jobs without doing them.
#pragma once

#include "scheduler/dispatch/scheduler_service.hpp"
#include "scheduler/store/queue_epoch.hpp"
#include "scheduler/store/rollouts.hpp"
#include "scheduler/store/store_rollout.hpp"
#include "shared/base/text.hpp"
#include "tests/integration/scheduler/store/sample_plan.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::dispatch {

using test::run;

/// Until the question is answered with yes; throws after the limit.
inline task<> eventually(std::function<task<bool>()> question, std::string what)
{
    const auto give_up = steady::now() + seconds(25);
    while (true) {
        const bool yes = co_await question();
        if (yes) co_return;
        if (steady::now() > give_up) throw std::runtime_error("never: " + what);
        co_await test::pause(milliseconds(20));
    }
}

struct fleet {
    test::redis_server redis;
    pg::dsn control = test::fresh_database("control");
    pg::dsn source = test::fresh_database("source");
    std::vector<std::string> cities{"recife", "olinda"};

    redis::url redis_url() const { return redis::parse_url(redis.url(), "REDIS_URL").value(); }

    service_options options(std::string id) const
    {
        service_options o;
        o.control = control;
        o.source = source;
        o.redis = redis_url();
        o.id = std::move(id);
        o.leader_poll = milliseconds(100);
        o.dispatch_tick = milliseconds(50);
        o.reap_every = milliseconds(100);
        o.reconcile_every = milliseconds(300);
        o.snapshot_check = milliseconds(100);
        return o;
    }

    task<> prepare() const
    {
        auto connection = co_await pg::connection::open(control);
        co_await test_plans::prepare_control(connection, cities);
    }

    /// Asks the control database, past everything that is tested.
    std::string psql(const std::string& sql) const
    {
        const auto answer = test::shared_postgres().psql(sql, control.database);
        return std::string(text::trim(answer));
    }
    std::string state_of(model::rollout_id rollout) const
    {
        return psql("SELECT state FROM tropeiro.rollout WHERE id = " + std::to_string(rollout.value));
    }
    /// First letters of the jobs' states in the plan's order.
    std::string job_states() const
    {
        return psql("SELECT string_agg(left(state, 1), '' ORDER BY id) FROM tropeiro.job");
    }
};

/// Until the control database answers so.
inline task<> until_answer(const fleet& f, std::string sql, std::string expected)
{
    std::function<task<bool>()> same = [&]() -> task<bool> { co_return f.psql(sql) == expected; };
    co_await eventually(std::move(same), sql + " = " + expected);
}

inline task<> until_leading(scheduler_service& service, bool wanted = true)
{
    const auto reached = [&] { return service.leading() == wanted; };
    co_await test::until(reached);
}

inline task<> until_holding(scheduler_service& service, std::size_t snapshots)
{
    const auto reached = [&] { return service.snapshots().size() == snapshots; };
    co_await test::until(reached);
}

/// Stops the service at the end of a test, also when it fails.
inline task<> with_service(service_options options, std::function<task<>(scheduler_service&)> body)
{
    const auto executor = co_await asio::this_coro::executor;
    scheduler_service service(executor, std::move(options));
    service.start();
    std::exception_ptr thrown;
    try {
        co_await body(service);
    } catch (...) {
        thrown = std::current_exception();
    }
    service.stop();
    co_await service.join();
    if (thrown) std::rethrow_exception(thrown);
}

inline task<model::rollout_id> submit(scheduler_service& service, const fleet& f)
{
    auto what = test_plans::plan_for(f.cities);
    boost::json::value request = boost::json::object();
    const auto id = co_await service.submit(what, request, std::nullopt);
    co_return id;
}

/// Epoch of the queue that the control database names.
inline std::int64_t epoch_of(const fleet& f)
{
    const auto text = f.psql("SELECT coalesce(max(epoch), 0) FROM tropeiro.queue_epoch");
    return std::stoll(text);
}

inline void with_fleet(std::function<task<>(fleet&, scheduler_service&)> body,
                       std::vector<std::string> cities = {"recife", "olinda"})
{
    fleet f;
    f.cities = std::move(cities);
    run([&]() -> task<> {
        co_await f.prepare();
        std::function<task<>(scheduler_service&)> inner = [&](scheduler_service& s) -> task<> {
            co_await body(f, s);
        };
        auto options = f.options("first");
        co_await with_service(std::move(options), std::move(inner));
    });
}

inline task<> queue_stands(scheduler_service& service, const fleet& f, std::int64_t above)
{
    std::function<task<bool>()> stands = [&]() -> task<bool> {
        if (epoch_of(f) <= above) co_return false;
        try {
            const auto meta = co_await service.jobs().meta();
            co_return meta.open;
        } catch (const failure&) {
            co_return false;
        }
    };
    co_await eventually(std::move(stands), "the queue is loaded");
}

/// Claims, has the claim ratified, and reports at once, as a worker's job runner does.
class quick_worker {
  public:
    explicit quick_worker(const fleet& where) : control_(where.control), jobs_(where.redis_url(), 0) {}

    queue::redis_queue& jobs() { return jobs_; }

    /// Kinds that it takes and ratifies, but never ends: the claims stay in `held`.
    std::set<std::string> sits_on;
    std::vector<queue::claimed> held;

    task<> follow()
    {
        auto control = co_await pg::connection::open(control_);
        const auto row = co_await store::read_queue_epoch(control);
        const auto run_id = co_await jobs_.server_run_id();
        if (row.redis_run == run_id) jobs_.use_epoch(row.epoch);
    }

    task<bool> ratify(pg::connection& control, queue::claimed claim)
    {
        const auto got = co_await control.query(
            "UPDATE tropeiro.job SET state = 'running', claim_seq = $2, owner = 'quick', "
            "started_at = now() WHERE id = $1 AND state IN ('wait', 'running') AND "
            "claim_seq < $2 RETURNING id",
            claim.id, claim.attempt);
        co_return !got.empty();
    }

    /// Recorded in the control database, not yet in the queue.
    task<> record_done(pg::connection& control, queue::claimed claim)
    {
        co_await control.query(
            "UPDATE tropeiro.job SET state = 'done', rows = expected_rows, finished_at = now() WHERE "
            "id = $1 AND claim_seq = $2 AND state = 'running'",
            claim.id, claim.attempt);
    }

    task<> finish(queue::claimed claim)
    {
        auto control = co_await pg::connection::open(control_);
        co_await record_done(control, claim);
        co_await tell_done(claim);
    }

    /// As workers do: a queue that is loaded anew meanwhile is told when it is open.
    task<> tell_done(queue::claimed claim)
    {
        std::function<task<bool>()> told = [&]() -> task<bool> {
            try {
                co_await jobs_.complete(claim.id, claim.attempt);
                co_return true;
            } catch (const failure& e) {
                if (e.kind() != error_kind::unreachable) throw;
            }
            co_await follow();
            co_return false;
        };
        co_await eventually(std::move(told), "the queue takes the end of a job");
    }

    /// Takes what may run now, at most `want` jobs; how many it took.
    task<std::size_t> work(int want = 100)
    {
        co_await follow();
        const auto answer = co_await jobs_.claim("quick", want);
        auto control = co_await pg::connection::open(control_);
        for (const auto& claim : answer.jobs) {
            const bool ours = co_await ratify(control, claim);
            if (!ours) {
                co_await tell_done(claim);
                continue;
            }
            if (sits_on.contains(claim.kind)) {
                held.push_back(claim);
                continue;
            }
            co_await record_done(control, claim);
            co_await tell_done(claim);
        }
        co_return answer.jobs.size();
    }

    /// Works until the rollout is in the state; trouble with Redis is waited out.
    task<> until_state(const fleet& where, model::rollout_id rollout, std::string state)
    {
        std::function<task<bool>()> step = [&]() -> task<bool> {
            try {
                co_await work();
            } catch (const failure&) {
            }
            co_return where.state_of(rollout) == state;
        };
        co_await eventually(std::move(step), "rollout " + state);
    }

  private:
    pg::dsn control_;
    queue::redis_queue jobs_;
};

} // namespace tropeiro::scheduler::dispatch
