// Rows whose tenant stands in another table, found along foreign keys.
#include "tests/integration/worker/copy/fixture.hpp"
#include "worker/copy/copy_sql.hpp"

#include <fmt/format.h>

#include <list>

namespace tropeiro::worker::copy {
namespace {

using test::run;

constexpr int rows = 30'000;
constexpr std::size_t tenants = 3;

std::string city(std::size_t i)
{
    return fmt::format("{0}{0}{0}{0}0000-0000-4000-8000-00000000000{0}", i + 1);
}

/// notes -> visits (two columns, one of them in partitions) -> people, who have a city. The links go criss-cross,
/// some notes have none, some people have no city.
struct linked_tables {
    pg::dsn source = test::fresh_database("linked");
    std::vector<pg::dsn> targets;
    std::list<pg::connection> connections;
    std::vector<context::job_pulse> pulses{tenants};

    static constexpr auto notes = "CREATE TABLE notes (k bigint, year integer, visit bigint, place text)";

    /// Databases for the first tenants.
    task<> prepare(std::size_t targets_wanted = 1)
    {
        auto from = co_await pg::connection::open(source);
        co_await from.execute(notes);
        co_await from.execute("CREATE TABLE people (id bigint PRIMARY KEY, city uuid);"
                              "CREATE TABLE visits (year integer, number bigint, person bigint NOT NULL,"
                              "                     PRIMARY KEY (year, number)) PARTITION BY LIST (year);"
                              "CREATE TABLE visits_1 PARTITION OF visits FOR VALUES IN (1);"
                              "CREATE TABLE visits_2 PARTITION OF visits FOR VALUES IN (2);");
        for (std::size_t i = 0; i < tenants; ++i) {
            const auto one = city(i);
            co_await from.query(
                "INSERT INTO people SELECT i, $1::uuid FROM generate_series($2::bigint, 6000, 4) i", one,
                i + 1);
            if (i >= targets_wanted) continue;
            targets.push_back(test::fresh_database("tenant"));
            auto to = co_await pg::connection::open(targets.back());
            co_await to.execute(notes);
            tenancy::target_identity owner{model::tenant_id(one), "city"};
            co_await tenancy::claim_target(to, owner);
        }
        co_await from.execute("INSERT INTO people SELECT i, NULL FROM generate_series(4, 6000, 4) i;"
                              "INSERT INTO visits SELECT 1 + i % 2, i, 1 + (i * 7919) % 6000"
                              "  FROM generate_series(1, 20000) i");
        co_await from.query(
            "INSERT INTO notes SELECT i, 1 + v % 2, CASE WHEN i % 10 > 0 THEN v END, E'a\\tb' || i"
            "  FROM (SELECT i, 1 + (i * 104729) % 20000 AS v FROM generate_series(1, $1::bigint) i) n",
            rows);
        co_await from.execute("ALTER TABLE notes ADD FOREIGN KEY (year, visit) REFERENCES visits;"
                              "ALTER TABLE visits ADD FOREIGN KEY (person) REFERENCES people; ANALYZE");
    }

    static model::copy_item item(std::size_t i)
    {
        model::copy_item of;
        of.table = {"public", "notes"};
        of.columns = {"k", "year", "visit", "place"};
        of.filter = {model::row_filter::kind_t::equals,
                     "city",
                     city(i),
                     {{{"public", "visits"}, {"year", "visit"}, {"year", "number"}, true},
                      {{"public", "people"}, {"person"}, {"id"}, false}}};
        return of;
    }

    /// As a worker's reader is: index scans off. Little memory, so that a hash join would lose the order.
    task<pg::connection> reader() const
    {
        pg::connect_options options;
        options.settings = {{"enable_indexscan", "off"},
                            {"enable_indexonlyscan", "off"},
                            {"max_parallel_workers_per_gather", "0"},
                            {"work_mem", "64kB"}};
        auto from = co_await pg::connection::open(source, options);
        co_return from;
    }

    task<part_state> alone(model::copy_item of, std::int64_t fence, copy_options options)
    {
        auto from = co_await reader();
        auto tx = co_await pg::transaction::begin(from, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        auto to = co_await pg::connection::open(targets[0]);
        const auto state = co_await copy_part(from, to, of, claim_number(fence), options, pulses[0]);
        const auto setting = co_await from.query("SHOW enable_indexscan");
        EXPECT_EQ(setting.one().get<std::string>(0), "off") << "for the tables that come after it";
        co_return state;
    }

    task<std::vector<part_result>> pass(std::int64_t fence, copy_options options, model::copy_format format)
    {
        std::vector<part_end> ends;
        for (std::size_t i = 0; i < tenants; ++i) {
            auto to = co_await pg::connection::open(targets[i]);
            auto& kept = connections.emplace_back(std::move(to));
            auto of = item(i);
            of.format = format;
            ends.push_back({kept, of, claim_number(fence), pulses[i]});
        }
        auto from = co_await reader();
        auto tx = co_await pg::transaction::begin(from, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        auto results = co_await copy_pass(from, std::move(ends), options);
        co_return results;
    }

    static task<std::string> content(pg::dsn where, std::string which)
    {
        auto c = co_await pg::connection::open(std::move(where));
        const auto found = co_await c.query("SELECT count(*) || ' ' || coalesce(md5(string_agg(n::text, '|' "
                                            "ORDER BY n::text)), '') FROM notes n " +
                                            which);
        co_return found.one().get<std::string>(0);
    }

    /// The target holds what a join finds in the source.
    task<> expect_own_rows(std::size_t i, std::string condition = {})
    {
        if (condition.empty()) condition = fmt::format("p.city = '{}'", city(i));
        const auto found = co_await content(targets[i], "");
        const auto wanted =
            co_await content(source, "LEFT JOIN visits v ON v.year = n.year AND v.number = n.visit "
                                     "LEFT JOIN people p ON p.id = v.person WHERE " +
                                         condition);
        EXPECT_EQ(found, wanted) << "tenant " << i;
        EXPECT_FALSE(found.starts_with("0 ")) << "tenant " << i;
    }
};

copy_options small_batches()
{
    copy_options options;
    options.batch_rows = 700;
    return options;
}

TEST(path, a_tenant_alone_gets_the_rows_that_its_path_reaches_in_either_format)
{
    run([]() -> task<> {
        for (const auto format : {model::copy_format::binary, model::copy_format::text}) {
            linked_tables db;
            co_await db.prepare();
            auto item = db.item(0);
            item.format = format;
            const auto state = co_await db.alone(item, 1, small_batches());
            EXPECT_TRUE(state.done);
            co_await db.expect_own_rows(0);
        }
    });
}

TEST(path, several_tenants_get_theirs_in_one_pass)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare(tenants);
        const auto results = co_await db.pass(1, small_batches(), model::copy_format::text);
        for (std::size_t i = 0; i < tenants; ++i) {
            EXPECT_FALSE(results[i].fault);
            EXPECT_TRUE(results[i].state.done);
            co_await db.expect_own_rows(i);
        }
    });
}

TEST(path, legacy_rows_are_those_without_a_tenant_at_the_end_of_the_path)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare();
        auto item = db.item(0);
        item.filter.kind = model::row_filter::kind_t::legacy;
        co_await db.alone(item, 1, small_batches());
        co_await db.expect_own_rows(0, "p.city IS NULL");
    });
}

TEST(path, a_stopped_part_goes_on_behind_the_last_row_that_arrived)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare();
        db.pulses[0].request_stop();
        bool left = false;
        try {
            co_await db.alone(db.item(0), 1, small_batches());
        } catch (const context::stopped&) {
            left = true;
        }
        EXPECT_TRUE(left);
        db.pulses[0] = context::job_pulse();
        const auto state = co_await db.alone(db.item(0), 2, small_batches());
        EXPECT_EQ(db.pulses[0].progress().rows, state.rows - 700) << "nothing was sent twice";
        co_await db.expect_own_rows(0);
    });
}

TEST(path, parts_of_a_table_are_complete_together)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare();
        auto item = db.item(0);
        item.parts = 2;
        item.blocks = {0, 100};
        const auto first = co_await db.alone(item, 1, small_batches());
        item.number = 1;
        item.blocks = {100, {}};
        const auto second = co_await db.alone(item, 2, small_batches());
        EXPECT_GT(first.rows, 0);
        EXPECT_GT(second.rows, 0);
        co_await db.expect_own_rows(0);
    });
}

TEST(path, rows_that_it_does_not_reach_go_by_the_next_way_and_upwards_in_the_order_of_the_table)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare();
        {
            auto c = co_await pg::connection::open(db.source);
            co_await c.execute("ALTER TABLE notes ADD COLUMN up bigint;"
                               "UPDATE notes SET up = k - 1 WHERE visit IS NULL AND k > 6000;"
                               "CREATE UNIQUE INDEX ON notes (k)");
        }
        auto of = db.item(0);
        of.filter.otherwise = {{{{{"public", "people"}, {"k"}, {"id"}, false}}, "city", false},
                               {{{{"public", "notes"}, {"up"}, {"k"}, false}}, {}, true}};
        const auto state = co_await db.alone(of, 1, small_batches());
        EXPECT_TRUE(state.done);
        {
            auto c = co_await pg::connection::open(db.source);
            co_await c.execute("ALTER TABLE notes DROP COLUMN up");
        }
        const auto ways = fmt::format(
            "p.city = '{0}' OR (n.visit IS NULL AND n.k IN (SELECT id FROM people WHERE city = '{0}'))"
            " OR (n.visit IS NULL AND n.k > 6000 AND n.k - 1 IN (SELECT m.k FROM notes m JOIN visits w ON "
            "w.year = m.year"
            " AND w.number = m.visit JOIN people q ON q.id = w.person WHERE q.city = '{0}'))",
            city(0));
        co_await db.expect_own_rows(0, ways);
    });
}

TEST(path, the_way_goes_through_indexes_and_never_through_a_whole_table)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare();
        auto c = co_await pg::connection::open(db.source);
        co_await c.execute("SELECT pg_stat_reset()");
        co_await db.alone(db.item(0), 1, small_batches());
        std::int64_t whole = 0;
        std::int64_t through_index = 0;
        for (int i = 0; i < 50 && through_index == 0; ++i) {
            // The reader's server process tells its numbers when it ends.
            co_await c.query("SELECT pg_sleep(0.1)");
            const auto scans = co_await c.query("SELECT sum(seq_scan)::bigint, sum(idx_scan)::bigint "
                                                "  FROM pg_stat_user_tables WHERE relname <> 'notes'");
            whole = scans.one().get<std::int64_t>(0);
            through_index = scans.one().get<std::int64_t>(1);
        }
        EXPECT_EQ(whole, 0);
        EXPECT_GT(through_index, 1000);
    });
}

TEST(path, the_table_is_read_in_its_order_and_each_row_s_way_through_indexes)
{
    run([]() -> task<> {
        linked_tables db;
        co_await db.prepare();
        {
            auto c = co_await pg::connection::open(db.source);
            co_await c.execute(
                "CREATE INDEX ON notes (year, visit); CREATE UNIQUE INDEX ON notes (k); ANALYZE notes");
        }
        auto c = co_await db.reader();
        auto tx = co_await pg::transaction::begin(c);
        co_await c.execute(begin_path_sql);
        auto sql = copy_out_sql(db.item(0), "(3,7)");
        sql = sql.substr(sql.find('(') + 1, sql.rfind(") TO STDOUT") - sql.find('(') - 1);
        const auto lines = co_await c.query("EXPLAIN (COSTS OFF) " + sql);
        std::string plan;
        for (const auto& line : lines)
            plan += line.get<std::string>(0) + "\n";
        EXPECT_NE(plan.find("Tid Range Scan on notes t"), std::string::npos) << plan;
        EXPECT_NE(plan.find("Nested Loop Left Join"), std::string::npos) << plan;
        EXPECT_NE(plan.find("Index Scan using visits_1_pkey"), std::string::npos) << plan;
        EXPECT_NE(plan.find("Index Scan using people_pkey"), std::string::npos) << plan;
        for (const auto* other : {"Hash Join", "Hash Left", "Merge", "Sort", "on notes_"})
            EXPECT_EQ(plan.find(other), std::string::npos) << plan;
    });
}

} // namespace
} // namespace tropeiro::worker::copy
