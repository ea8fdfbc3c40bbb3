// One pass over a shared table into the databases of several tenants.
#include "tests/integration/worker/copy/fixture.hpp"

#include <fmt/format.h>

#include <list>

namespace tropeiro::worker::copy {
namespace {

using test::run;

constexpr std::size_t tenants = 4;

std::string city(std::size_t i)
{
    return fmt::format("{0}{0}{0}{0}0000-0000-4000-8000-00000000000{0}", i + 1);
}

/// A table of all tenants in the source, their rows mixed, and an empty one in a database for each.
struct shared_table {
    pg::dsn source = test::fresh_database("shared");
    std::vector<pg::dsn> targets;
    std::list<pg::connection> connections;
    std::vector<context::job_pulse> pulses{tenants};

    static constexpr auto table = "CREATE TABLE visits (city uuid, id bigint, words text)";

    task<> prepare(std::int64_t rows)
    {
        auto from = co_await pg::connection::open(source);
        co_await from.execute(table);
        for (std::size_t i = 0; i < tenants; ++i) {
            targets.push_back(test::fresh_database("tenant"));
            auto to = co_await pg::connection::open(targets.back());
            co_await to.execute(table);
            tenancy::target_identity owner{model::tenant_id(city(i)), "city"};
            co_await tenancy::claim_target(to, owner);
            const auto one = city(i);
            co_await from.query("INSERT INTO visits SELECT $1::uuid, i, repeat(E'w\\t\\\\', (i % 60)::int)"
                                "  FROM generate_series(1, $2::bigint) i",
                                one, rows);
        }
        // Mixed: neighbours in the heap are of different tenants. And rows of nobody in the pass.
        co_await from.execute(
            "CREATE TABLE mixed AS SELECT * FROM visits ORDER BY id, city;"
            "DROP TABLE visits; ALTER TABLE mixed RENAME TO visits;"
            "INSERT INTO visits VALUES (NULL, 0, 'nobody'), (gen_random_uuid(), 0, 'another')");
    }

    model::copy_item item(std::size_t i) const
    {
        model::copy_item of;
        of.table = {"public", "visits"};
        of.columns = {"city", "id", "words"};
        of.filter = {model::row_filter::kind_t::equals, "city", city(i)};
        return of;
    }

    /// `fence` of every tenant's claim.
    task<std::vector<part_result>> pass(std::int64_t fence, copy_options options, model::copy_format format)
    {
        connections.clear();
        std::vector<part_end> ends;
        for (std::size_t i = 0; i < tenants; ++i) {
            auto to = co_await pg::connection::open(targets[i]);
            auto& kept = connections.emplace_back(std::move(to));
            auto of = item(i);
            of.format = format;
            ends.push_back({kept, of, claim_number(fence), pulses[i]});
        }
        auto from = co_await pg::connection::open(source);
        auto tx = co_await pg::transaction::begin(from, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        auto results = co_await copy_pass(from, std::move(ends), options);
        co_return results;
    }

    static task<std::string> content(pg::dsn where, std::string condition)
    {
        auto c = co_await pg::connection::open(std::move(where));
        const auto sql =
            fmt::format("SELECT count(*) || ' ' || coalesce(md5(string_agg(v::text, '|' ORDER BY v::text)), "
                        "'') FROM visits v WHERE {}",
                        condition);
        const auto rows = co_await c.query(sql);
        co_return rows.one().get<std::string>(0);
    }

    task<bool> equal(std::size_t i)
    {
        const auto sent = co_await content(source, fmt::format("city = '{}'", city(i)));
        const auto found = co_await content(targets[i], "true");
        co_return sent == found;
    }
};

std::string said(const std::exception_ptr& fault)
{
    if (!fault) return "nothing";
    try {
        std::rethrow_exception(fault);
    } catch (const context::stopped&) {
        return "stopped";
    } catch (const fenced_off&) {
        return "fenced off";
    } catch (const std::exception& e) {
        return e.what();
    }
}

copy_options small_batches()
{
    copy_options options;
    options.batch_rows = 500;
    return options;
}

TEST(pass, every_tenant_gets_its_own_rows_in_either_format)
{
    run([]() -> task<> {
        for (const auto format : {model::copy_format::binary, model::copy_format::text}) {
            shared_table db;
            co_await db.prepare(5000);
            const auto results = co_await db.pass(1, small_batches(), format);
            for (std::size_t i = 0; i < tenants; ++i) {
                EXPECT_EQ(said(results[i].fault), "nothing");
                EXPECT_TRUE(results[i].state.done);
                EXPECT_EQ(results[i].state.rows, 5000);
                const bool equal = co_await db.equal(i);
                EXPECT_TRUE(equal) << i;
            }
        }
    });
}

TEST(pass, one_that_is_refused_drops_out_and_catches_up_while_the_others_never_notice)
{
    run([]() -> task<> {
        shared_table db;
        co_await db.prepare(3000);
        {
            auto to = co_await pg::connection::open(db.targets[2]);
            co_await to.execute("ALTER TABLE visits ADD CONSTRAINT late CHECK (id < 1700)");
        }
        const auto first = co_await db.pass(1, small_batches(), model::copy_format::binary);
        EXPECT_NE(said(first[2].fault).find("late"), std::string::npos) << said(first[2].fault);
        EXPECT_EQ(first[2].state.rows, 1500);
        for (const std::size_t i : {0U, 1U, 3U})
            EXPECT_TRUE(first[i].state.done) << said(first[i].fault);

        {
            auto to = co_await pg::connection::open(db.targets[2]);
            co_await to.execute("ALTER TABLE visits DROP CONSTRAINT late");
        }
        const auto second = co_await db.pass(2, small_batches(), model::copy_format::binary);
        EXPECT_EQ(said(second[2].fault), "nothing");
        EXPECT_EQ(db.pulses[2].progress().rows, 3000) << "what was there was not sent again";
        EXPECT_EQ(db.pulses[0].progress().rows, 3000);
        for (std::size_t i = 0; i < tenants; ++i) {
            const bool equal = co_await db.equal(i);
            EXPECT_TRUE(equal) << i;
        }
    });
}

TEST(pass, ends_at_different_places_go_on_together_from_the_one_furthest_behind)
{
    run([]() -> task<> {
        shared_table db;
        co_await db.prepare(4000);
        db.pulses[1].request_stop();
        const auto first = co_await db.pass(1, small_batches(), model::copy_format::text);
        EXPECT_EQ(said(first[1].fault), "stopped");
        EXPECT_LT(first[1].state.rows, 4000);
        db.pulses[1] = context::job_pulse();
        const auto second = co_await db.pass(2, small_batches(), model::copy_format::text);
        EXPECT_EQ(said(second[1].fault), "nothing");
        EXPECT_EQ(db.pulses[1].progress().rows, 4000 - first[1].state.rows);
        for (std::size_t i = 0; i < tenants; ++i) {
            const bool equal = co_await db.equal(i);
            EXPECT_TRUE(equal) << i;
        }
    });
}

TEST(pass, one_that_stalls_the_others_is_left_behind)
{
    run([]() -> task<> {
        shared_table db;
        co_await db.prepare(3000);
        auto blocker = co_await pg::connection::open(db.targets[0]);
        auto tx = co_await pg::transaction::begin(blocker);
        co_await blocker.execute("LOCK TABLE visits IN ACCESS EXCLUSIVE MODE");
        auto options = small_batches();
        options.longest_stall = milliseconds(1500);
        const auto first = co_await db.pass(1, options, model::copy_format::binary);
        EXPECT_EQ(said(first[0].fault), "stopped");
        for (const std::size_t i : {1U, 2U, 3U})
            EXPECT_TRUE(first[i].state.done) << said(first[i].fault);
        co_await tx.rollback();
        const auto second = co_await db.pass(2, options, model::copy_format::binary);
        EXPECT_EQ(said(second[0].fault), "nothing");
        const bool equal = co_await db.equal(0);
        EXPECT_TRUE(equal);
    });
}

TEST(pass, one_that_is_slow_at_every_step_is_left_behind_at_a_checkpoint)
{
    run([]() -> task<> {
        shared_table db;
        co_await db.prepare(1000);
        auto slow = co_await pg::connection::open(db.targets[2]);
        co_await slow.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_sleep(0.01); RETURN new; END';"
            "CREATE TRIGGER wait BEFORE INSERT ON visits FOR EACH ROW EXECUTE FUNCTION wait()");
        auto options = small_batches();
        options.batch_rows = 50;
        options.longest_stall = milliseconds(2000);
        const auto first = co_await db.pass(1, options, model::copy_format::binary);
        EXPECT_EQ(said(first[2].fault), "stopped");
        EXPECT_GT(first[2].state.rows, 0) << "no step was cut";
        EXPECT_LT(first[2].state.rows, 1000);
        for (const std::size_t i : {0U, 1U, 3U})
            EXPECT_TRUE(first[i].state.done) << said(first[i].fault);
        co_await slow.execute("DROP TRIGGER wait ON visits");
        const auto second = co_await db.pass(2, options, model::copy_format::binary);
        EXPECT_EQ(said(second[2].fault), "nothing");
        const bool equal = co_await db.equal(2);
        EXPECT_TRUE(equal);
    });
}

TEST(pass, one_whose_claim_was_lost_writes_nothing_more)
{
    run([]() -> task<> {
        shared_table db;
        co_await db.prepare(3000);
        db.pulses[3].lose();
        const auto results = co_await db.pass(1, small_batches(), model::copy_format::binary);
        EXPECT_EQ(said(results[3].fault), "fenced off");
        EXPECT_FALSE(results[3].state.done);
        for (const std::size_t i : {0U, 1U, 2U})
            EXPECT_TRUE(results[i].state.done) << said(results[i].fault);
        const auto late = co_await db.pass(2, small_batches(), model::copy_format::binary);
        EXPECT_EQ(said(late[3].fault), "fenced off") << "a lost claim stays lost";
    });
}

} // namespace
} // namespace tropeiro::worker::copy
