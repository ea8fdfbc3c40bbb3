#include "scheduler/dispatch/snapshot_keeper.hpp"

#include "tests/integration/scheduler/dispatch/fleet.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

task<model::rollout_id> plan_and_submit(scheduler_service& service, const fleet& f)
{
    auto snapshot = co_await service.snapshots().open_for_planning();
    auto what = test_plans::plan_for(f.cities, true);
    boost::json::value request = boost::json::object();
    std::optional<held_snapshot> held(std::move(snapshot));
    const auto id = co_await service.submit(what, request, std::move(held));
    co_return id;
}

void with_one_city(std::function<task<>(fleet&, scheduler_service&)> body)
{
    with_fleet(std::move(body), {"recife"});
}

constexpr const char* names_sql =
    "SELECT string_agg(holder || ' ' || epoch, ', ' ORDER BY holder) FROM tropeiro.snapshot_name";
constexpr const char* epoch_sql = "SELECT max(epoch) FROM tropeiro.snapshot_epoch";

std::string names(const fleet& f) { return f.psql(names_sql); }

void cut_keepers(const fleet& f, const std::string& holder)
{
    f.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tropeiro keeper " +
        holder + "'");
}

/// What another worker that joined would see.
task<std::int64_t> rows_seen(const fleet& f)
{
    const auto name = f.psql("SELECT min(name) FROM tropeiro.snapshot_name");
    auto joined = co_await held_snapshot::open(f.source, "reader", name);
    const auto count = co_await joined.connection().query("SELECT count(*) FROM t");
    co_return count.one().get<std::int64_t>(0);
}

task<> run_source(const fleet& f, std::string sql)
{
    auto source = co_await pg::connection::open(f.source);
    co_await source.execute(std::move(sql));
}

TEST(snapshot_keeper, the_planning_transaction_becomes_the_rollouts_moment)
{
    with_one_city([](fleet& f, scheduler_service& service) -> task<> {
        co_await run_source(f, "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES");
        const auto id = co_await plan_and_submit(service, f);
        co_await run_source(f, "INSERT INTO t DEFAULT VALUES");
        CO_ASSERT_EQ(names(f), "first 1");
        const auto seen = co_await rows_seen(f);
        CO_ASSERT_EQ(seen, 1);
        quick_worker worker(f);
        co_await worker.until_state(f, id, "done");
        co_await until_holding(service, 0);
        CO_ASSERT_EQ(names(f), "");
        CO_ASSERT_EQ(f.psql("SELECT ended_at IS NOT NULL FROM tropeiro.snapshot_epoch"), "t");
    });
}

TEST(snapshot_keeper, tables_that_are_yet_to_be_read_cannot_be_truncated)
{
    with_one_city([](fleet& f, scheduler_service& service) -> task<> {
        co_await run_source(f, "CREATE TABLE students (); CREATE TABLE schools (); CREATE TABLE teachers ()");
        const auto id = co_await plan_and_submit(service, f);
        std::function<task<bool>()> refused = [&]() -> task<bool> {
            try {
                co_await run_source(f, "SET lock_timeout = '100ms'; TRUNCATE students");
            } catch (const pg::error& e) {
                co_return e.sqlstate() == "55P03";
            }
            co_return false;
        };
        co_await eventually(std::move(refused), "students cannot be truncated");
        quick_worker worker(f);
        co_await worker.until_state(f, id, "done");
        co_await until_holding(service, 0);
        co_await run_source(f, "SET lock_timeout = '10s'; TRUNCATE students");
    });
}

TEST(snapshot_keeper, a_plan_that_is_only_printed_leaves_nothing)
{
    with_one_city([](fleet& f, scheduler_service& service) -> task<> {
        {
            const auto snapshot = co_await service.snapshots().open_for_planning();
            CO_ASSERT_FALSE(snapshot.name().empty());
        }
        CO_ASSERT_EQ(service.snapshots().size(), 0U);
        CO_ASSERT_EQ(names(f), "");
    });
}

TEST(snapshot_keeper, a_dead_one_is_replaced_from_another_holder_and_the_moment_stays)
{
    with_one_city([](fleet& f, scheduler_service& service) -> task<> {
        co_await run_source(f, "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES");
        const auto id = co_await plan_and_submit(service, f);
        const auto first_name = f.psql("SELECT name FROM tropeiro.snapshot_name");
        auto second = co_await held_snapshot::open(f.source, "worker", first_name);
        f.psql("INSERT INTO tropeiro.snapshot_name VALUES (" + std::to_string(id.value) + ", 1, '" +
               second.name() + "', 'worker')");
        co_await run_source(f, "INSERT INTO t DEFAULT VALUES");
        cut_keepers(f, "first");
        auto old_name = "SELECT count(*) FROM tropeiro.snapshot_name WHERE name = '" + first_name + "'";
        co_await until_answer(f, std::move(old_name), "0");
        co_await until_answer(f, names_sql, "first 1, worker 1");
        co_await until_holding(service, 1);
        const auto alive = co_await second.alive();
        CO_ASSERT_TRUE(alive);
        const auto seen = co_await rows_seen(f);
        CO_ASSERT_EQ(seen, 1);
        CO_ASSERT_EQ(f.psql(epoch_sql), "1");
    });
}

TEST(snapshot_keeper, a_new_leader_takes_the_moment_over_from_a_living_worker)
{
    fleet f;
    f.cities = {"recife"};
    run([&]() -> task<> {
        co_await f.prepare();
        co_await run_source(f, "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES");
        std::optional<held_snapshot> workers;
        std::function<task<>(scheduler_service&)> before = [&](scheduler_service& service) -> task<> {
            const auto id = co_await plan_and_submit(service, f);
            auto joined = co_await held_snapshot::open(f.source, "worker",
                                                       f.psql("SELECT name FROM tropeiro.snapshot_name"));
            workers.emplace(std::move(joined));
            f.psql("INSERT INTO tropeiro.snapshot_name VALUES (" + std::to_string(id.value) + ", 1, '" +
                   workers->name() + "', 'worker')");
        };
        auto first = f.options("first");
        co_await with_service(std::move(first), std::move(before));
        co_await run_source(f, "INSERT INTO t DEFAULT VALUES");
        std::function<task<>(scheduler_service&)> after = [&](scheduler_service& service) -> task<> {
            co_await until_holding(service, 1);
            co_await until_answer(f, "SELECT count(*) FROM tropeiro.snapshot_name WHERE holder = 'second'",
                                  "1");
            workers.reset();
            const auto name = f.psql("SELECT name FROM tropeiro.snapshot_name WHERE holder = 'second'");
            auto reader = co_await held_snapshot::open(f.source, "reader", name);
            const auto count = co_await reader.connection().query("SELECT count(*) FROM t");
            CO_ASSERT_EQ(count.one().get<int>(0), 1);
        };
        auto second = f.options("second");
        co_await with_service(std::move(second), std::move(after));
    });
}

TEST(snapshot_keeper, when_nobody_holds_the_moment_a_new_one_begins_and_torn_tables_start_again)
{
    with_one_city([](fleet& f, scheduler_service& service) -> task<> {
        const auto id = co_await plan_and_submit(service, f);
        quick_worker worker(f);
        worker.sits_on = {"copy"};
        std::function<task<bool>()> copies_run = [&]() -> task<bool> {
            co_await worker.work();
            co_return worker.held.size() == 3;
        };
        co_await eventually(std::move(copies_run), "the copies run");
        // One part of the large table and the small tables arrive; the other part does not.
        queue::claimed late;
        const auto second_part =
            std::stoll(f.psql("SELECT id FROM tropeiro.job WHERE label = 'copy students 2/2'"));
        for (const auto& claim : worker.held) {
            if (claim.id.value == second_part)
                late = claim;
            else
                co_await worker.finish(claim);
        }
        CO_ASSERT_EQ(f.job_states(), "dddrdwwww");
        cut_keepers(f, "first");
        co_await until_answer(f, epoch_sql, "2");
        CO_ASSERT_EQ(names(f), "first 2");
        CO_ASSERT_EQ(f.job_states(), "ddwwdwwww");
        co_await worker.finish(late); // the worker that was cut off reports too late
        CO_ASSERT_EQ(f.job_states(), "ddwwdwwww");
        worker.sits_on.clear();
        co_await worker.until_state(f, id, "done");
        CO_ASSERT_EQ(f.job_states(), "ddddddddd");
        CO_ASSERT_EQ(f.psql("SELECT ended_reason FROM tropeiro.snapshot_epoch WHERE epoch = 1"),
                     "nobody holds its snapshot any more");
    });
}

TEST(snapshot_keeper, a_source_that_is_away_ends_no_moment)
{
    test::postgres_server source_server;
    fleet f;
    f.cities = {"recife"};
    f.source = source_server.create_database("source");
    run([&]() -> task<> {
        co_await f.prepare();
        std::function<task<>(scheduler_service&)> body = [&](scheduler_service& service) -> task<> {
            co_await plan_and_submit(service, f);
            source_server.stop();
            co_await until_holding(service, 0);
            co_await test::pause(milliseconds(300));
            CO_ASSERT_EQ(f.psql("SELECT count(*) FROM tropeiro.snapshot_epoch WHERE ended_at IS NULL"), "1");
            source_server.start();
            co_await until_holding(service, 1);
            CO_ASSERT_EQ(f.psql(epoch_sql), "2"); // a restart ends every snapshot
        };
        auto options = f.options("first");
        co_await with_service(std::move(options), std::move(body));
    });
}

TEST(snapshot_keeper, a_rollout_stored_without_a_snapshot_waits_until_the_leader_has_taken_one)
{
    with_one_city([](fleet& f, scheduler_service& service) -> task<> {
        auto control = co_await pg::connection::open(f.control);
        auto what = test_plans::plan_for(f.cities, true);
        const auto id = co_await store::store_rollout(control, what, store::store_options());
        co_await until_holding(service, 1);
        CO_ASSERT_EQ(names(f), "first 1");
        quick_worker worker(f);
        co_await worker.until_state(f, id, "done");
    });
}

} // namespace
} // namespace tropeiro::scheduler::dispatch
