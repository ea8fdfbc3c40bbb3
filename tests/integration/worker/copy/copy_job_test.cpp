// Jobs of three cities as one pass, of which one has a row that its database refuses.
#include "shared/pg/error.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"
#include "shared/tenancy/control_schema.hpp"
#include "tests/integration/worker/copy/fixture.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/copy_job.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <list>
#include <optional>

namespace tropeiro::worker::copy {
namespace {

using test::run;
using testing::HasSubstr;

constexpr std::size_t cities = 3;

std::string city(std::size_t i)
{
    return fmt::format("{0}{0}{0}{0}0000-0000-4000-8000-00000000000{0}", i + 1);
}

/// A source with a table of three cities, an empty database for each, and the control plane with a rollout and its
/// snapshot.
struct three_cities {
    explicit three_cities(test::postgres_server& of_cities = test::shared_postgres()) : where(of_cities) {}

    test::postgres_server& where; // of the cities' databases
    pg::dsn source = test::fresh_database("source");
    pg::dsn control = test::fresh_database("control");
    std::list<pg::dsn> targets;
    std::vector<context::job_pulse> pulses{cities};
    std::optional<pg::connection> exporter;
    std::optional<pg::transaction> exporting;
    std::optional<context::site> servers;

    task<> prepare()
    {
        constexpr auto table = "CREATE TABLE visits (city uuid, id bigint PRIMARY KEY)";
        auto from = co_await pg::connection::open(source);
        co_await from.execute(table);
        for (std::size_t i = 0; i < cities; ++i) {
            auto& target = targets.emplace_back(where.create_database(test::unique_name("city")));
            auto to = co_await pg::connection::open(target);
            co_await to.execute(table);
            tenancy::target_identity owner{model::tenant_id(city(i)), "city"};
            co_await tenancy::claim_target(to, owner);
            const auto one = city(i);
            co_await from.query(
                "INSERT INTO visits SELECT $1::uuid, i * 10 + $2::bigint FROM generate_series(1, 2000) i",
                one, static_cast<std::int64_t>(i));
        }
        auto second = co_await pg::connection::open(*std::next(targets.begin()));
        co_await second.execute("ALTER TABLE visits ADD CONSTRAINT late CHECK (id <> 15001)");
        co_await open_epoch();
        const auto executor = co_await asio::this_coro::executor;
        context::site_addresses addresses{control, source, where.dsn(), {"public", "cities"}};
        servers.emplace(executor, addresses, 2, "tester");
    }

    task<> open_epoch()
    {
        auto from = co_await pg::connection::open(source);
        exporter.emplace(std::move(from));
        auto tx = co_await pg::transaction::begin(*exporter, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        exporting.emplace(std::move(tx));
        const auto name = co_await exporter->query("SELECT pg_export_snapshot()");
        auto c = co_await pg::connection::open(control);
        co_await tenancy::install_control_schema(c, false);
        co_await c.execute("INSERT INTO tropeiro.rollout (title) VALUES ('test');"
                           "INSERT INTO tropeiro.snapshot_epoch (rollout_id, epoch) VALUES (1, 1)");
        co_await c.query("INSERT INTO tropeiro.snapshot_name VALUES (1, 1, $1, 'scheduler')",
                         name.one().get<std::string>(0));
    }

    context::job_context job(std::size_t i, model::bad_rows policy, std::int64_t fence)
    {
        model::copy_item item;
        item.table = {"public", "visits"};
        item.columns = {"city", "id"};
        item.filter = {model::row_filter::kind_t::equals, "city", city(i)};
        const model::copy_spec spec{{item}, 200, model::existing_rows::refuse, policy, 10};
        const auto id = model::job_id(static_cast<std::int64_t>(i) + 1);
        return {id,
                fence,
                model::rollout_id(1),
                model::tenant_id(city(i)),
                "city",
                std::next(targets.begin(), static_cast<std::ptrdiff_t>(i))->database,
                model::job_kind::copy,
                model::to_json(spec),
                log::logger(),
                *servers,
                pulses[i]};
    }
};

std::string said(const std::exception_ptr& fault)
{
    if (!fault) return "nothing";
    try {
        std::rethrow_exception(fault);
    } catch (const goes_alone&) {
        return "goes alone";
    } catch (const std::exception& e) {
        return e.what();
    }
}

TEST(copy_job, what_is_reported_as_done_survives_a_crash_of_the_target)
{
    test::postgres_server crashing({"wal_writer_delay=10s"});
    const std::vector<std::size_t> together{0, 2};
    const std::vector<std::size_t> alone{0};
    const auto crash_after = [&](std::vector<std::size_t> chosen) -> task<> {
        three_cities db(crashing);
        co_await db.prepare();
        std::list<context::job_context> jobs;
        std::vector<std::reference_wrapper<const context::job_context>> pass;
        for (const auto i : chosen)
            pass.emplace_back(jobs.emplace_back(db.job(i, model::bad_rows::fail, 1)));
        const auto copied = co_await run_copy(pass);
        crashing.stop();
        for (const auto& result : copied)
            EXPECT_EQ(said(result.fault), "nothing");
        crashing.start();
        for (const auto i : chosen) {
            auto to =
                co_await pg::connection::open(*std::next(db.targets.begin(), static_cast<std::ptrdiff_t>(i)));
            const auto kept = co_await to.query(
                "SELECT count(*), (SELECT bool_and(done) FROM tropeiro.copy_ledger) FROM visits");
            EXPECT_EQ(kept.one().get<std::int64_t>(0), 2000);
            EXPECT_TRUE(kept.one().get<bool>(1));
        }
    };
    run([&]() -> task<> {
        co_await crash_after(together);
        co_await crash_after(alone);
    });
}

/// Every connection that the server has left.
task<> take_all(const test::postgres_server& server, std::list<pg::connection>& taken)
{
    for (;;) {
        try {
            auto one = co_await pg::connection::open(server.dsn());
            taken.push_back(std::move(one));
        } catch (const pg::error& e) {
            if (e.sqlstate() != pg::state_too_many_connections) throw;
            co_return;
        }
    }
}

/// A pass of the first and the third city while something else happens.
task<std::vector<copy_result>> copy_two_beside(three_cities& db, task<> other)
{
    std::list<context::job_context> jobs;
    std::vector<std::reference_wrapper<const context::job_context>> pass;
    for (const std::size_t i : {0U, 2U})
        pass.emplace_back(jobs.emplace_back(db.job(i, model::bad_rows::fail, 1)));
    const auto executor = co_await asio::this_coro::executor;
    rt::task_group group(executor);
    group.spawn(std::move(other), "beside the pass");
    auto copied = co_await run_copy(pass);
    co_await group.join();
    co_return copied;
}

TEST(copy_job, a_server_without_a_free_connection_is_asked_until_it_has_one)
{
    test::postgres_server crowded({"max_connections=12"});
    run([&]() -> task<> {
        three_cities db(crowded);
        co_await db.prepare();
        std::list<pg::connection> others;
        co_await take_all(crowded, others);
        const auto leave = [&]() -> task<> {
            co_await rt::sleep_for(std::chrono::milliseconds(1500));
            others.clear();
        };
        auto leaving = leave();
        const auto copied = co_await copy_two_beside(db, std::move(leaving));
        for (const auto& result : copied) {
            EXPECT_EQ(said(result.fault), "nothing");
            EXPECT_EQ(result.progress.rows, 2000);
        }
    });
}

TEST(copy_job, who_waits_for_a_connection_leaves_when_asked_and_when_the_claim_is_lost)
{
    test::postgres_server crowded({"max_connections=12"});
    run([&]() -> task<> {
        three_cities db(crowded);
        co_await db.prepare();
        std::list<pg::connection> others;
        co_await take_all(crowded, others);
        const auto tell = [&]() -> task<> {
            co_await rt::sleep_for(std::chrono::milliseconds(300));
            db.pulses[0].request_stop();
            db.pulses[2].lose();
        };
        auto telling = tell();
        const auto began = steady::now();
        const auto copied = co_await copy_two_beside(db, std::move(telling));
        EXPECT_LT(steady::now() - began, std::chrono::seconds(20)) << "waits for a minute else";
        EXPECT_EQ(said(copied[0].fault), "stopped at a checkpoint");
        EXPECT_THAT(said(copied[1].fault), HasSubstr("too many clients"));
    });
}

TEST(copy_job, a_member_with_a_refused_row_leaves_the_pass_and_looks_for_it_alone)
{
    run([]() -> task<> {
        three_cities db;
        co_await db.prepare();
        for (const auto policy : {model::bad_rows::fail, model::bad_rows::quarantine}) {
            const auto fence = policy == model::bad_rows::fail ? 1 : 2;
            std::list<context::job_context> jobs;
            std::vector<std::reference_wrapper<const context::job_context>> pass;
            for (std::size_t i = 0; i < cities; ++i)
                pass.emplace_back(jobs.emplace_back(db.job(i, policy, fence)));
            const auto together = co_await run_copy(pass);
            EXPECT_EQ(said(together[0].fault), "nothing");
            EXPECT_EQ(said(together[1].fault), "goes alone");
            EXPECT_EQ(said(together[2].fault), "nothing");
            EXPECT_EQ(together[2].progress.rows, 2000);

            const auto lone = db.job(1, policy, fence + 10);
            pass.assign(1, lone);
            const auto alone = co_await run_copy(pass);
            if (policy == model::bad_rows::fail) {
                EXPECT_THAT(said(alone[0].fault),
                            HasSubstr("table visits: the row with id = 15001 is refused"));
                // The first claim's number is behind the second's now; the next pass has larger ones.
                auto to = co_await pg::connection::open(*std::next(db.targets.begin()));
                co_await to.execute("UPDATE tropeiro.copy_ledger SET fence = 1");
                continue;
            }
            EXPECT_EQ(said(alone[0].fault), "nothing");
            EXPECT_EQ(alone[0].progress.rows, 1999);
            auto to = co_await pg::connection::open(*std::next(db.targets.begin()));
            const auto kept = co_await to.query("SELECT key ->> 'id', (SELECT count(*) FROM visits) AS rows "
                                                "FROM tropeiro.quarantined_row");
            EXPECT_EQ(kept.one().get<std::string>(0), "15001");
            EXPECT_EQ(kept.one().get<std::int64_t>(1), 1999);
        }
    });
}

} // namespace
} // namespace tropeiro::worker::copy
