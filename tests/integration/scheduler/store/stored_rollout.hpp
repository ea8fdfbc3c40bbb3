// A control database in which a rollout of two cities is stored, and ways to move its jobs by hand.
#pragma once

#include "scheduler/store/jobs.hpp"
#include "scheduler/store/rollouts.hpp"
#include "scheduler/store/store_rollout.hpp"
#include "tests/integration/scheduler/store/sample_plan.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <functional>

namespace tropeiro::scheduler::store {

using model::job_state;
using model::rollout_state;
using test::fresh_database;
using test::run;

inline const std::vector<std::string> two{"recife", "olinda"};

/// A control database with a stored rollout of two cities; its first job's number follows from job_number().
inline void with_rollout(std::function<task<>(pg::connection&, model::rollout_id)> body)
{
    const auto where = fresh_database("store");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await test_plans::prepare_control(control, two);
        store_options options;
        options.request = boost::json::parse(R"({"tenants":["recife","olinda"]})");
        auto what = test_plans::plan_for(two);
        const auto id = co_await store_rollout(control, what, options);
        co_await body(control, id);
    });
}

/// The number of the job that stands at this place in the plan.
inline task<std::int64_t> job_at(pg::connection& control, std::int64_t place)
{
    const auto found =
        co_await control.query("SELECT id FROM tropeiro.job ORDER BY id OFFSET $1 LIMIT 1", place);
    co_return found.one().get<std::int64_t>(0);
}

inline task<> put(pg::connection& control, std::int64_t place, std::string state,
                  std::optional<std::string> error = {})
{
    const auto id = co_await job_at(control, place);
    co_await control.query(
        "UPDATE tropeiro.job SET state = $2, error = $3, started_at = now() - interval '3 s', "
        "finished_at = now(), rows = expected_rows, bytes = expected_bytes, "
        "attempts = attempts + 1 WHERE id = $1",
        id, state, error);
}

inline task<> put_all(pg::connection& control, std::string state)
{
    co_await control.query(
        "UPDATE tropeiro.job SET state = $1, rows = expected_rows, bytes = expected_bytes, "
        "started_at = now() - interval '4 s', finished_at = now()",
        state);
}

template <class T>
task<std::string> refusal(task<T> work)
{
    try {
        co_await std::move(work);
    } catch (const failure& f) {
        co_return std::string(to_string(f.kind())) + ": " + f.what();
    }
    co_return "nothing was thrown";
}

} // namespace tropeiro::scheduler::store
