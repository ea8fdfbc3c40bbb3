#include "scheduler/store/snapshots.hpp"

#include "scheduler/store/limits.hpp"
#include "scheduler/store/progress.hpp"
#include "scheduler/store/queue_epoch.hpp"
#include "scheduler/store/rollouts.hpp"
#include "tests/integration/scheduler/store/sample_plan.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <functional>

namespace tropeiro::scheduler::store {
namespace {

using test::fresh_database;
using test::run;

const std::vector<std::string> one{"recife"};
const snapshot_holder first_name{"00000003-0000001B-1", "scheduler-a"};
const snapshot_holder second_name{"00000004-0000001C-1", "scheduler-b"};

void with_rollout(std::function<task<>(pg::connection&, model::rollout_id)> body)
{
    const auto where = fresh_database("snapshots");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await test_plans::prepare_control(control, one);
        store_options options;
        options.snapshot = first_name;
        auto what = test_plans::plan_for(one, true);
        const auto id = co_await store_rollout(control, what, options);
        co_await body(control, id);
    });
}

/// States of the jobs in the plan's order: "dwrrd....".
task<std::string> states(pg::connection& control)
{
    const auto found =
        co_await control.query("SELECT string_agg(left(state, 1), '' ORDER BY id) FROM tropeiro.job");
    co_return found.one().get<std::string>(0);
}

task<> set_states(pg::connection& control, std::string word)
{
    co_await control.query(
        "UPDATE tropeiro.job j SET claim_seq = 3, state = CASE n.letter WHEN 'd' THEN 'done' WHEN 'r' "
        "THEN 'running' WHEN 'x' THEN 'dead' ELSE 'wait' END FROM (SELECT id, substr($1, "
        "row_number() OVER (ORDER BY id)::int, 1) AS letter FROM tropeiro.job) n WHERE n.id = j.id",
        word);
}

TEST(snapshots, stand_from_the_moment_that_the_rollout_does)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        const auto wanted = co_await wanted_snapshots(control);
        CO_ASSERT_EQ(wanted.size(), 1U);
        CO_ASSERT_TRUE(wanted[0].rollout == id);
        CO_ASSERT_EQ(wanted[0].epoch, 1);
        CO_ASSERT_FALSE(wanted[0].ended);
        CO_ASSERT_EQ(wanted[0].names[0].name, first_name.name);
        const auto open = co_await open_rollouts(control);
        CO_ASSERT_FALSE(open[0].lacks_snapshot());
    });
}

TEST(snapshots, a_new_epoch_sets_back_parts_of_torn_tables_and_nothing_else)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        // created, restored, part 1 done, part 2 running, small tables done
        co_await set_states(control, "dddrdwwww");
        const auto opened = co_await open_next_epoch(control, id, 1, "lost", second_name);
        CO_ASSERT_EQ(opened.epoch, 2);
        CO_ASSERT_EQ(opened.reset.size(), 2U);
        const auto now = co_await states(control);
        CO_ASSERT_EQ(now, "ddwwdwwww");
        const auto claims =
            co_await control.query("SELECT claim_seq FROM tropeiro.job ORDER BY id OFFSET 2 LIMIT 2");
        CO_ASSERT_EQ(claims[0].get<int>(0), 3);
        CO_ASSERT_EQ(claims[1].get<int>(0), 4); // what its worker still says is void
        const auto wanted = co_await wanted_snapshots(control);
        CO_ASSERT_EQ(wanted[0].epoch, 2);
        CO_ASSERT_EQ(wanted[0].names.size(), 1U);
        const auto ended =
            co_await control.query("SELECT ended_reason FROM tropeiro.snapshot_epoch WHERE epoch = 1");
        CO_ASSERT_EQ(ended.one().get<std::string>(0), "lost");
    });
}

TEST(snapshots, a_table_that_is_wholly_there_stays)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await set_states(control, "ddddrwwww");
        co_await control.execute("UPDATE tropeiro.job SET rows = 5 WHERE kind = 'copy'");
        const auto opened = co_await open_next_epoch(control, id, 1, "lost", second_name);
        CO_ASSERT_TRUE(opened.reset.empty()); // small tables in one job start again by themselves
        const auto now = co_await states(control);
        CO_ASSERT_EQ(now, "ddddrwwww");
        const auto brought = co_await control.query("SELECT sum(rows) FROM tropeiro.job WHERE kind = 'copy'");
        CO_ASSERT_EQ(brought.one().get<std::string>(0), "10"); // the small tables' rows come once more
    });
}

/// Lines of the log, as publish writes them: the first tables of a tenant under epoch 1, the others under 2.
task<> publish_tables(pg::connection& control, model::rollout_id id, std::string slug, int first, int others)
{
    const auto tenant = co_await control.query(
        "INSERT INTO public.tenant_registry (tenant_slug, tenant_name) VALUES ($1, 'Shown') "
        "ON CONFLICT (tenant_slug) DO UPDATE SET tenant_name = EXCLUDED.tenant_name RETURNING "
        "tenant_id::text",
        slug);
    const auto who = tenant.one().get<std::string>(0);
    co_await control.query(
        "DELETE FROM public.tenant_module_log WHERE rollout_id = $1 AND tenant_id = $2::uuid", id, who);
    // A table of two modules has two lines; one that was kept shows no moment of this rollout.
    co_await control.query("INSERT INTO public.tenant_module_log (tenant_id, module_name, schema_name, "
                           "table_name, status, rollout_id, "
                           "snapshot_epoch) SELECT $2::uuid, m, 'public', 't' || i, 'provisioned', "
                           "$1::bigint, CASE WHEN i = 0 THEN NULL "
                           "WHEN i <= $3::integer THEN 1 ELSE 2 END "
                           "FROM generate_series(0, $3::integer + $4::integer) i, unnest(ARRAY['a', 'b']) m",
                           id, who, first, others);
}

TEST(snapshots, the_moments_that_tables_show_are_told_where_there_are_several)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await publish_tables(control, id, "one", 5, 0);
        auto moments = co_await rollout_moments(control, id);
        CO_ASSERT_TRUE(moments.empty());
        co_await open_next_epoch(control, id, 1, "lost", second_name);
        co_await publish_tables(control, id, "one", 2, 3);
        moments = co_await rollout_moments(control, id);
        CO_ASSERT_EQ(moments.size(), 2U);
        CO_ASSERT_EQ(moments[0].epoch, 1);
        CO_ASSERT_EQ(moments[0].ended_reason, "lost");
        CO_ASSERT_EQ(moments[0].tables, 2);
        CO_ASSERT_EQ(moments[1].tables, 3);
        CO_ASSERT_EQ(moments[1].taken_at.back(), 'Z');
        CO_ASSERT_EQ(moments[0].mixed_cities, 1);
        CO_ASSERT_EQ(moments[1].mixed_cities, 1);
        co_await publish_tables(control, id, "one", 0, 3);
        co_await publish_tables(control, id, "other", 4, 0);
        moments = co_await rollout_moments(control, id);
        CO_ASSERT_EQ(moments.size(), 2U);
        CO_ASSERT_EQ(moments[0].tables, 4);
        CO_ASSERT_EQ(moments[1].tables, 3);
        CO_ASSERT_EQ(moments[0].mixed_cities, 0);
        CO_ASSERT_EQ(moments[1].mixed_cities, 0);
    });
}

TEST(snapshots, only_one_of_two_schedulers_opens_the_next_epoch)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await open_next_epoch(control, id, 1, "lost", second_name);
        auto kind = error_kind::failed;
        try {
            co_await open_next_epoch(control, id, 1, "lost", second_name);
        } catch (const failure& f) {
            kind = f.kind();
        }
        CO_ASSERT_TRUE(kind == error_kind::conflict);
    });
}

TEST(snapshots, names_join_a_living_epoch_only)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        const bool added = co_await add_snapshot_name(control, id, 1, second_name);
        CO_ASSERT_TRUE(added);
        co_await open_next_epoch(control, id, 1, "lost", second_name);
        const bool late = co_await add_snapshot_name(control, id, 1, first_name);
        CO_ASSERT_FALSE(late);
        co_await remove_snapshot_name(control, id, 2, second_name.name);
        const auto wanted = co_await wanted_snapshots(control);
        CO_ASSERT_TRUE(wanted[0].names.empty());
    });
}

TEST(snapshots, end_with_the_last_copy_but_not_while_a_dead_one_may_be_retried)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        co_await set_states(control, "dddxdwwww");
        auto ended = co_await end_idle_epochs(control);
        CO_ASSERT_TRUE(ended.empty());
        co_await set_states(control, "dddddwwww");
        ended = co_await end_idle_epochs(control);
        CO_ASSERT_EQ(ended.size(), 1U);
        const auto names = co_await control.query("SELECT count(*) FROM tropeiro.snapshot_name");
        CO_ASSERT_EQ(names.one().get<int>(0), 0);
        const auto wanted = co_await wanted_snapshots(control);
        CO_ASSERT_TRUE(wanted.empty());
    });
}

TEST(queue_epoch, numbers_are_never_used_twice_and_the_row_changes_hands_once)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        const auto none = co_await read_queue_epoch(control);
        CO_ASSERT_EQ(none.epoch, 0);
        const auto first = co_await reserve_queue_epoch(control);
        const auto second = co_await reserve_queue_epoch(control);
        CO_ASSERT_LT(first, second);
        queue_epoch next;
        next.epoch = second;
        next.redis_run = "run-a";
        const bool written = co_await write_queue_epoch(control, none, next);
        CO_ASSERT_TRUE(written);
        const bool again = co_await write_queue_epoch(control, none, next);
        CO_ASSERT_FALSE(again);
        const auto now = co_await read_queue_epoch(control);
        CO_ASSERT_TRUE(now == next);
        const auto third = co_await reserve_queue_epoch(control);
        CO_ASSERT_LT(second, third);
    });
}

TEST(limits, are_set_replaced_and_taken_back)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        co_await write_limit(control, "t:db:5432", 4);
        co_await write_limit(control, "t:db:5432", 0);
        co_await write_limit(control, "*", 16);
        auto now = co_await read_limits(control);
        const limits expected{{"*", 16}, {"t:db:5432", 0}};
        CO_ASSERT_TRUE(now == expected);
        co_await write_limit(control, "*", std::nullopt);
        now = co_await read_limits(control);
        CO_ASSERT_EQ(now.size(), 1U);
        auto kind = error_kind::failed;
        try {
            co_await write_limit(control, "db:5432", 4);
        } catch (const failure& f) {
            kind = f.kind();
        }
        CO_ASSERT_TRUE(kind == error_kind::usage);
    });
}

} // namespace
} // namespace tropeiro::scheduler::store
