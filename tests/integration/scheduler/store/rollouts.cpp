#include "scheduler/store/rollouts.hpp"

#include "scheduler/store/limits.hpp"
#include "shared/base/clock.hpp"
#include "shared/tenancy/module_log.hpp"
#include "tests/integration/scheduler/store/stored_rollout.hpp"

namespace tropeiro::scheduler::store {
namespace {

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

TEST(store_rollout, a_city_is_in_one_unfinished_rollout_at_a_time)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        const std::vector<std::string> one{"olinda"};
        auto again = test_plans::plan_for(one);
        const auto said = co_await refusal(store_rollout(control, again, store_options()));
        CO_ASSERT_EQ(said, fmt::format("conflict: rollout {} is at work on olinda", id.value));
        const auto stored = co_await list_rollouts(control);
        CO_ASSERT_EQ(stored.size(), 1U);
        co_await put_all(control, "done");
        co_await store_rollout(control, again, store_options());
    });
}

TEST(store_rollout, a_retry_does_not_touch_a_city_that_a_newer_rollout_has_worked_on)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put_all(control, "done");
        co_await put(control, 1, "dead");
        co_await settle_rollout(control, id);
        const std::vector<std::string> one{"recife"};
        auto again = test_plans::plan_for(one);
        const auto newer = co_await store_rollout(control, again, store_options());
        auto retried = retry_rollout(control, id);
        std::string said;
        try {
            co_await std::move(retried);
        } catch (const failure& e) {
            said = e.what();
        }
        CO_ASSERT_EQ(said, fmt::format("rollout {} is newer and has worked on recife", newer.value));
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

TEST(planned_slots, hold_while_its_passes_are_at_work_and_the_smallest_counts)
{
    const auto where = fresh_database("store");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await test_plans::prepare_control(control, two);
        std::vector<model::rollout_id> ids;
        for (std::size_t i = 0; i < two.size(); ++i) {
            std::vector<std::string> single(1, two[i]);
            auto what = test_plans::plan_for(single);
            what.tenants[0].tenant.id = model::tenant_id(test_plans::city_id(i + 1));
            what.target_slots = 4 - static_cast<std::int64_t>(i);
            for (auto& job : what.jobs)
                if (job.kind == model::job_kind::copy) job.pass = 1;
            store_options options;
            const auto id = co_await store_rollout(control, what, options);
            ids.push_back(id);
        }
        auto now = co_await read_planned_slots(control);
        const limits both{{"t:target:5432", 3}};
        CO_ASSERT_TRUE(now == both);
        co_await ask_rollout(control, ids[1], rollout_state::paused);
        now = co_await read_planned_slots(control);
        const limits first{{"t:target:5432", 4}};
        CO_ASSERT_TRUE(now == first);
        co_await control.execute("UPDATE tropeiro.job SET state = 'running' WHERE kind = 'copy'");
        now = co_await read_planned_slots(control);
        CO_ASSERT_TRUE(now == both); // what runs when it is paused runs on for a while
        co_await control.execute("UPDATE tropeiro.job SET state = 'wait', wave = 2 WHERE kind = 'copy'");
        now = co_await read_planned_slots(control);
        CO_ASSERT_TRUE(now.empty()); // their wave has not begun
        co_await control.execute("UPDATE tropeiro.job SET wave = 1");
        now = co_await read_planned_slots(control);
        CO_ASSERT_TRUE(now == first);
        co_await control.execute("UPDATE tropeiro.job SET state = 'dead' WHERE kind = 'restore_schema'");
        now = co_await read_planned_slots(control);
        CO_ASSERT_TRUE(now.empty()); // they wait for what is dead
        co_await control.execute("UPDATE tropeiro.job SET state = 'done' WHERE kind = 'copy'");
        now = co_await read_planned_slots(control);
        CO_ASSERT_TRUE(now.empty());
    });
}

} // namespace
} // namespace tropeiro::scheduler::store
