#include "scheduler/store/rollouts.hpp"

#include "scheduler/store/jobs.hpp"
#include "scheduler/store/progress.hpp"
#include "scheduler/store/store_rollout.hpp"
#include "shared/base/clock.hpp"
#include "shared/tenancy/module_log.hpp"
#include "tests/integration/scheduler/store/sample_plan.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <functional>

namespace tropeiro::scheduler::store {
namespace {

using model::job_state;
using model::rollout_state;
using test::fresh_database;
using test::run;

const std::vector<std::string> two{"recife", "olinda"};

/// A control database with a stored rollout of two cities; its first job's number follows from job_number().
void with_rollout(std::function<task<>(pg::connection&, model::rollout_id)> body)
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
task<std::int64_t> job_at(pg::connection& control, std::int64_t place)
{
    const auto found =
        co_await control.query("SELECT id FROM tropeiro.job ORDER BY id OFFSET $1 LIMIT 1", place);
    co_return found.one().get<std::int64_t>(0);
}

task<> put(pg::connection& control, std::int64_t place, std::string state,
           std::optional<std::string> error = {})
{
    const auto id = co_await job_at(control, place);
    co_await control.query(
        "UPDATE tropeiro.job SET state = $2, error = $3, started_at = now() - interval '3 s', "
        "finished_at = now(), rows = expected_rows, bytes = expected_bytes, "
        "attempts = attempts + 1 WHERE id = $1",
        id, state, error);
}

task<> put_all(pg::connection& control, std::string state)
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

TEST(store_rollout, keeps_jobs_edges_scripts_and_what_was_asked)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        const auto rollout = co_await get_rollout(control, id);
        CO_ASSERT_EQ(rollout.jobs.wait, 18);
        CO_ASSERT_EQ(rollout.options.at("tenants").as_array().size(), 2U);
        CO_ASSERT_EQ(rollout.summary.at("jobs").to_number<int>(), 18);
        CO_ASSERT_FALSE(rollout.finished_at.has_value());
        job_filter of_olinda;
        of_olinda.rollout = id;
        of_olinda.city = "olinda";
        const auto jobs = co_await list_jobs(control, of_olinda);
        CO_ASSERT_EQ(jobs.size(), 9U);
        const std::vector<std::int64_t> both{jobs[2].id.value, jobs[3].id.value};
        CO_ASSERT_EQ(jobs[5].depends_on, both);
        CO_ASSERT_EQ(jobs[2].lane, "s:source:5432|t:target:5432");
        CO_ASSERT_EQ(jobs[2].expected_rows, 100);
        CO_ASSERT_EQ(jobs[2].database, "conecta_olinda");
        const auto spec = co_await get_job_spec(control, jobs[1].id);
        const auto script = model::spec_from_json<model::script_spec>(spec).script;
        const auto body =
            co_await control.query("SELECT body FROM tropeiro.schema_script WHERE id = $1", script);
        CO_ASSERT_EQ(body.one().get<std::string>(0), "CREATE TABLE students ()");
    });
}

TEST(store_rollout, fifteen_thousand_jobs_take_seconds)
{
    const auto where = fresh_database("store");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        std::vector<std::string> slugs;
        for (int i = 0; i < 1667; ++i)
            slugs.push_back(fmt::format("city-{}", i));
        co_await tenancy::install_control_schema(control, false);
        auto what = test_plans::plan_for(slugs);
        const auto start = steady::now();
        const auto id = co_await store_rollout(control, what, store_options());
        const auto took = seconds_since(start);
        ::testing::Test::RecordProperty("seconds", std::to_string(took));
        const auto rollout = co_await get_rollout(control, id);
        CO_ASSERT_EQ(rollout.jobs.wait, 15'003);
        CO_ASSERT_LT(took, 20.0); // two without sanitizers
    });
}

TEST(store_rollout, a_plan_that_cannot_be_stored_leaves_nothing)
{
    const auto where = fresh_database("store");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await test_plans::prepare_control(control, two);
        auto what = test_plans::plan_for(two);
        what.jobs.back().depends_on = {99};
        const auto said = co_await refusal(store_rollout(control, what, store_options()));
        CO_ASSERT_TRUE(said.starts_with("failed: the plan's job"));
        const auto left = co_await list_rollouts(control);
        CO_ASSERT_TRUE(left.empty());
    });
}

TEST(rollouts, a_number_that_none_has_is_not_found)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        const auto said = co_await refusal(get_rollout(control, model::rollout_id(999)));
        CO_ASSERT_EQ(said, "not_found: there is no rollout 999");
        const auto asked =
            co_await refusal(ask_rollout(control, model::rollout_id(999), rollout_state::paused));
        CO_ASSERT_EQ(asked, "not_found: there is no rollout 999");
    });
}

TEST(rollouts, are_done_when_every_job_is)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        auto state = co_await settle_rollout(control, id);
        CO_ASSERT_TRUE(state == rollout_state::running);
        co_await put_all(control, "done");
        state = co_await settle_rollout(control, id);
        CO_ASSERT_TRUE(state == rollout_state::done);
        const auto rollout = co_await get_rollout(control, id);
        CO_ASSERT_TRUE(rollout.finished_at.has_value());
        const auto open = co_await open_rollouts(control);
        CO_ASSERT_TRUE(open.empty());
    });
}

TEST(rollouts, one_dead_job_blocks_its_city_alone_and_then_the_rollout_has_failed)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put_all(control, "done");
        co_await control.execute(
            "UPDATE tropeiro.job SET state = 'wait' WHERE city = 'olinda' OR kind > 'copy'");
        co_await put(control, 0, "done");
        co_await put(control, 1, "done");
        co_await put(control, 2, "dead", "disk full");
        co_await put(control, 3, "done");
        co_await put(control, 4, "done");
        auto rollout = co_await get_rollout(control, id);
        CO_ASSERT_EQ(rollout.jobs.blocked, 4); // index, keys, verify, publish of recife
        auto state = co_await settle_rollout(control, id);
        CO_ASSERT_TRUE(state == rollout_state::running);
        co_await control.execute("UPDATE tropeiro.job SET state = 'done' WHERE city = 'olinda'");
        state = co_await settle_rollout(control, id);
        CO_ASSERT_TRUE(state == rollout_state::failed);

        tenancy::module_log_filter filter;
        filter.rollout = id.value;
        const auto lines = co_await tenancy::read_module_log(control, filter);
        CO_ASSERT_EQ(lines.size(), 2U); // the module, and the table whose rows did not come
        for (const auto& line : lines) {
            CO_ASSERT_EQ(line.status, "failed");
            CO_ASSERT_EQ(line.module_name, "educacao");
            CO_ASSERT_NE(line.error->find("disk full"), std::string::npos);
        }
        co_await settle_rollout(control, id);
        const auto again = co_await tenancy::read_module_log(control, filter);
        CO_ASSERT_EQ(again.size(), 2U);
    });
}

TEST(rollouts, pause_and_resume_are_orders_that_may_be_repeated)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        auto rollout = co_await ask_rollout(control, id, rollout_state::paused);
        CO_ASSERT_TRUE(rollout.state == rollout_state::paused);
        const auto before = co_await open_rollouts(control);
        rollout = co_await ask_rollout(control, id, rollout_state::paused);
        const auto after = co_await open_rollouts(control);
        CO_ASSERT_EQ(before[0].revision, after[0].revision);
        rollout = co_await ask_rollout(control, id, rollout_state::running);
        CO_ASSERT_TRUE(rollout.state == rollout_state::running);
    });
}

TEST(rollouts, cancelling_takes_waiting_jobs_at_once_and_ends_when_no_job_runs_any_more)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put(control, 0, "running");
        auto rollout = co_await ask_rollout(control, id, rollout_state::cancelled);
        CO_ASSERT_EQ(rollout.jobs.cancelled, 17);
        CO_ASSERT_TRUE(rollout.state == rollout_state::running);
        CO_ASSERT_FALSE(rollout.finished_at.has_value());
        const auto job = co_await job_at(control, 0);
        const std::vector<std::int64_t> left{job};
        const auto changed = co_await cancel_jobs(control, left);
        CO_ASSERT_EQ(changed, 1);
        const auto state = co_await settle_rollout(control, id);
        CO_ASSERT_TRUE(state == rollout_state::cancelled);
        tenancy::module_log_filter filter;
        filter.rollout = id.value;
        const auto lines = co_await tenancy::read_module_log(control, filter);
        CO_ASSERT_EQ(lines.size(), 2U);
        CO_ASSERT_EQ(lines[0].status, "cancelled");
        const auto resumed = co_await refusal(ask_rollout(control, id, rollout_state::running));
        CO_ASSERT_TRUE(resumed.starts_with("conflict: rollout 1 is finished (cancelled)"));
        const auto retried = co_await refusal(retry_rollout(control, id));
        CO_ASSERT_EQ(retried, "conflict: rollout 1 was cancelled");
    });
}

TEST(rollouts, retry_opens_a_failed_one_again_with_nothing_counted_against_its_jobs)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put_all(control, "done");
        co_await put(control, 8, "dead", "boom");
        co_await settle_rollout(control, id);
        const auto retried = co_await retry_rollout(control, id);
        CO_ASSERT_EQ(retried, 1);
        const auto job_number = co_await job_at(control, 8);
        const auto job = co_await get_job(control, model::job_id(job_number));
        CO_ASSERT_TRUE(job.state == job_state::wait);
        CO_ASSERT_EQ(job.attempts, 0);
        const auto open = co_await open_rollouts(control);
        CO_ASSERT_EQ(open.size(), 1U);
        const auto again = co_await refusal(retry_rollout(control, id));
        CO_ASSERT_EQ(again, "conflict: rollout 1 has no dead job to try again");
    });
}

TEST(rollouts, one_dead_job_is_retried_alone_and_another_one_is_refused)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        co_await put(control, 0, "dead", "boom");
        co_await put(control, 9, "dead", "boom");
        const auto first = co_await job_at(control, 0);
        const auto second = co_await job_at(control, 1);
        const auto job = co_await retry_job(control, model::job_id(first));
        CO_ASSERT_TRUE(job.state == job_state::wait);
        const auto said = co_await refusal(retry_job(control, model::job_id(second)));
        CO_ASSERT_TRUE(said.ends_with("is not dead: its state is wait"));
        job_filter dead;
        dead.state = job_state::dead;
        const auto left = co_await list_jobs(control, dead);
        CO_ASSERT_EQ(left.size(), 1U);
    });
}

TEST(jobs, for_the_queue_come_with_the_dependencies_that_are_left)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "done");
        co_await put(control, 2, "running");
        const auto open = co_await open_jobs(control, id, 0, 100);
        CO_ASSERT_EQ(open.size(), 16U);
        CO_ASSERT_TRUE(open[0].running);
        CO_ASSERT_TRUE(open[1].open_dependencies.empty());
        CO_ASSERT_EQ(open[3].open_dependencies.size(), 2U);
        const auto page = co_await open_jobs(control, id, open[0].id.value, 1);
        CO_ASSERT_EQ(page.size(), 1U);
        CO_ASSERT_EQ(page[0].id.value, open[1].id.value);
        const auto standings = co_await job_standings(control, id, 0, 100);
        CO_ASSERT_EQ(standings.size(), 18U);
        CO_ASSERT_TRUE(standings[3].free);
        CO_ASSERT_FALSE(standings[5].free);
    });
}

TEST(jobs, that_are_buried_keep_an_error_of_their_own_and_finished_ones_are_left_alone)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "running", "no space");
        std::vector<std::int64_t> ids;
        for (std::int64_t place = 0; place < 3; ++place) {
            const auto id = co_await job_at(control, place);
            ids.push_back(id);
        }
        const auto changed = co_await bury_jobs(control, ids, "poison");
        CO_ASSERT_EQ(changed, 2);
        const auto own = co_await get_job(control, model::job_id(ids[1]));
        CO_ASSERT_EQ(*own.error, "no space");
        const auto other = co_await get_job(control, model::job_id(ids[2]));
        CO_ASSERT_EQ(*other.error, "poison");
    });
}

TEST(progress, tells_phase_rows_and_errors_of_each_city)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "done");
        co_await put(control, 2, "done");
        co_await put(control, 3, "running", "connection lost");
        const auto cities = co_await rollout_progress(control, id);
        CO_ASSERT_EQ(cities.size(), 2U);
        const auto& olinda = cities[0];
        CO_ASSERT_EQ(olinda.city, "olinda");
        CO_ASSERT_EQ(olinda.state, "waiting");
        CO_ASSERT_EQ(olinda.phase, "create_database");
        const auto& recife = cities[1];
        CO_ASSERT_EQ(recife.state, "running");
        CO_ASSERT_EQ(recife.phase, "copy");
        CO_ASSERT_EQ(recife.expected_rows, 160);
        CO_ASSERT_EQ(recife.rows, 150); // the running one has told 50 so far
        CO_ASSERT_EQ(recife.jobs.done, 3);
        CO_ASSERT_EQ(recife.running_jobs.size(), 1U);
        CO_ASSERT_EQ(recife.errors.size(), 1U);
        CO_ASSERT_EQ(recife.errors[0].error, "connection lost");
    });
}

TEST(outcome, counts_the_tables_that_arrived_and_their_receipts)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put_all(control, "done");
        co_await control.execute(
            "UPDATE tropeiro.job SET state = 'dead', error = 'boom' WHERE city = 'olinda' AND "
            "kind = 'verify'");
        tenancy::module_log_line table;
        table.tenant = model::tenant_id(test_plans::city_id(1));
        table.module_name = "educacao";
        table.table_name = "students";
        table.status = tenancy::log_provisioned;
        table.rollout = id.value;
        table.rows = 150;
        table.bytes = 15'000;
        table.receipt = "abc";
        auto other = table;
        other.table_name = "schools";
        other.rows = 7;
        const std::vector<tenancy::module_log_line> lines{table, other};
        co_await tenancy::write_module_log(control, lines);
        const auto cities = co_await rollout_outcome(control, id);
        CO_ASSERT_EQ(cities.size(), 2U);
        CO_ASSERT_EQ(cities[0].status, "failed");
        CO_ASSERT_FALSE(cities[0].verified);
        CO_ASSERT_EQ(*cities[0].error, "verify: boom");
        CO_ASSERT_EQ(cities[1].status, "done");
        CO_ASSERT_EQ(cities[1].tables, 2);
        CO_ASSERT_EQ(cities[1].rows, 157);
        CO_ASSERT_EQ(cities[1].receipts, 2);
        CO_ASSERT_TRUE(cities[1].verified);
        CO_ASSERT_GT(cities[1].seconds, 3.0);
    });
}

} // namespace
} // namespace tropeiro::scheduler::store
