#include "shared/pg/pool.hpp"
#include "shared/tenancy/control_schema.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"
#include "worker/context/snapshot_relay.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <optional>

namespace tropeiro::worker::context {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr auto count_rows = "SELECT count(*) FROM t";

/// A source with a table of one row, and a control plane that knows rollout 1.
struct two_ends {
    pg::dsn source = test::fresh_database("source");
    pg::dsn control = test::fresh_database("control");
    std::optional<pg::pool> pool;
    std::optional<pg::connection> scheduler; // on the source: exports
    std::optional<pg::transaction> exporting;

    task<> prepare()
    {
        const auto executor = co_await asio::this_coro::executor;
        pool.emplace(executor, control);
        auto c = co_await pg::connection::open(control);
        co_await tenancy::install_control_schema(c, false);
        co_await c.execute("INSERT INTO tropeiro.rollout (title) VALUES ('test')");
        auto from = co_await pg::connection::open(source);
        co_await from.execute("CREATE TABLE t (id integer); INSERT INTO t VALUES (1)");
    }

    /// What the scheduler does: the epoch before ends, and a snapshot of now is exported under the next.
    task<> open_epoch(std::int32_t epoch)
    {
        if (exporting) co_await exporting->rollback();
        exporting.reset();
        auto from = co_await pg::connection::open(source);
        scheduler.emplace(std::move(from));
        auto tx = co_await pg::transaction::begin(*scheduler, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        exporting.emplace(std::move(tx));
        const auto name = co_await scheduler->query("SELECT pg_export_snapshot()");
        auto c = co_await pg::connection::open(control);
        co_await c.execute(
            "UPDATE tropeiro.snapshot_epoch SET ended_at = now(); DELETE FROM tropeiro.snapshot_name");
        co_await c.query("INSERT INTO tropeiro.snapshot_epoch (rollout_id, epoch) VALUES (1, $1)", epoch);
        co_await c.query("INSERT INTO tropeiro.snapshot_name VALUES (1, $1, $2, 'scheduler')", epoch,
                         name.one().get<std::string>(0));
    }

    task<> open_epoch_after(std::int32_t epoch, std::chrono::milliseconds wait)
    {
        co_await test::pause(wait);
        co_await open_epoch(epoch);
    }

    task<> add_row()
    {
        auto c = co_await pg::connection::open(source);
        co_await c.execute("INSERT INTO t VALUES (2)");
    }
};

task<std::int64_t> rows_seen(snapshot_relay& relay)
{
    auto reader = co_await relay.reader(model::rollout_id(1));
    const auto rows = co_await (*reader).query(count_rows);
    co_return rows.one().get<std::int64_t>(0);
}

TEST(snapshot_relay, readers_of_one_epoch_see_one_moment_after_the_exporter_has_gone)
{
    test::run([]() -> task<> {
        two_ends ends;
        co_await ends.prepare();
        co_await ends.open_epoch(1);
        snapshot_relay relay(ends.source, *ends.pool, "tester");
        const auto before = co_await rows_seen(relay);
        co_await ends.add_row();
        co_await ends.exporting->rollback();
        ends.exporting.reset();
        const auto after = co_await rows_seen(relay);
        snapshot_relay second(ends.source, *ends.pool, "another");
        const auto elsewhere = co_await rows_seen(second);
        EXPECT_EQ(before, 1);
        EXPECT_EQ(after, 1);
        EXPECT_EQ(elsewhere, 1);
    });
}

TEST(snapshot_relay, what_a_rollout_has_yet_to_read_cannot_be_truncated)
{
    test::run([]() -> task<> {
        two_ends ends;
        co_await ends.prepare();
        co_await ends.open_epoch(1);
        auto c = co_await pg::connection::open(ends.control);
        co_await c.execute("INSERT INTO tropeiro.job (rollout_id, city, kind, label, lane, spec) VALUES "
                           "(1, 'recife', 'copy', 'copy t', 's:source', "
                           "'{\"items\": [{\"table\": {\"schema\": \"public\", \"name\": \"t\"}}]}')");
        snapshot_relay relay(ends.source, *ends.pool, "tester");
        const auto before = co_await rows_seen(relay);
        co_await ends.exporting->rollback();
        ends.exporting.reset();
        auto truncating = co_await pg::connection::open(ends.source);
        co_await truncating.execute("SET lock_timeout = '100ms'");
        std::string state;
        try {
            co_await truncating.execute("TRUNCATE t");
        } catch (const pg::error& e) {
            state = e.sqlstate();
        }
        const auto after = co_await rows_seen(relay);
        EXPECT_EQ(state, "55P03");
        EXPECT_EQ(before, 1);
        EXPECT_EQ(after, 1);
    });
}

TEST(snapshot_relay, a_reader_waits_for_the_epoch_that_the_scheduler_is_about_to_open)
{
    test::run([]() -> task<> {
        two_ends ends;
        co_await ends.prepare();
        snapshot_relay relay(ends.source, *ends.pool, "tester");
        auto both = rows_seen(relay) && ends.open_epoch_after(1, std::chrono::milliseconds(700));
        const auto seen = co_await std::move(both);
        EXPECT_EQ(seen, 1);
    });
}

TEST(snapshot_relay, a_moment_whose_own_keeper_died_is_left_for_the_next_epoch)
{
    test::run([]() -> task<> {
        two_ends ends;
        co_await ends.prepare();
        co_await ends.open_epoch(1);
        snapshot_relay relay(ends.source, *ends.pool, "tester");
        const auto first = co_await rows_seen(relay);
        co_await ends.add_row();
        auto c = co_await pg::connection::open(ends.source);
        co_await c.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                           " WHERE application_name LIKE '% tester' AND datname = current_database()");
        co_await ends.exporting->rollback();
        ends.exporting.reset();
        auto both = rows_seen(relay) && ends.open_epoch_after(2, std::chrono::milliseconds(500));
        const auto second = co_await std::move(both);
        EXPECT_EQ(first, 1);
        EXPECT_EQ(second, 2);
    });
}

TEST(snapshot_relay, without_an_epoch_the_reader_says_so_after_its_patience)
{
    test::run([]() -> task<> {
        two_ends ends;
        co_await ends.prepare();
        snapshot_relay relay(ends.source, *ends.pool, "tester", std::chrono::seconds(1));
        bool lost = false;
        try {
            co_await rows_seen(relay);
        } catch (const snapshot_lost& e) {
            lost = std::string(e.what()).find("rollout 1 has no open snapshot epoch") != std::string::npos;
        }
        EXPECT_TRUE(lost);
    });
}

} // namespace
} // namespace tropeiro::worker::context
