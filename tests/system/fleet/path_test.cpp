// Tables without the tenant column, rolled out to several cities by real workers that are killed meanwhile.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace tropeiro::test {
namespace {

const std::vector<std::string> cities{"recife", "salvador", "fortaleza"};

constexpr auto library = R"(
[modules.library]
description = "Readers and what they borrow"
tables = ["readers", "books", "loans", "fines", "letters"]

[modules.library.tenant]
loans = "via reader_id -> readers"
)";

/// Loans link readers and books, fines hang on loans by a composite key, letters on fines, where they have one, and
/// on each other. Links go criss-cross; some letters hang on nothing.
constexpr auto tables = R"(
    CREATE TABLE readers (id bigint PRIMARY KEY, city_id uuid REFERENCES cities);
    CREATE TABLE books (id bigint PRIMARY KEY, city_id uuid REFERENCES cities);
    CREATE TABLE loans (reader_id bigint REFERENCES readers, book_id bigint REFERENCES books, note text,
                        PRIMARY KEY (reader_id, book_id));
    CREATE TABLE fines (id bigint PRIMARY KEY, reader_id bigint NOT NULL, book_id bigint NOT NULL, words text,
                        FOREIGN KEY (reader_id, book_id) REFERENCES loans);
    CREATE TABLE letters (id bigint PRIMARY KEY, fine_id bigint REFERENCES fines, answers bigint REFERENCES letters,
                          words text);
    CREATE TEMP TABLE town AS SELECT row_number() OVER (ORDER BY slug) - 1 AS n, id FROM cities
      WHERE slug IN ('recife', 'salvador', 'fortaleza', 'brasilia');
    INSERT INTO readers SELECT i, (SELECT id FROM town WHERE n = i % 4) FROM generate_series(0, 3999) i;
    INSERT INTO books SELECT i, (SELECT id FROM town WHERE n = i % 4) FROM generate_series(0, 3999) i;
    INSERT INTO loans SELECT r, (r + 4 * k * 37) % 4000, repeat('n', r::int % 50)
      FROM (SELECT (i * 1237) % 4000 AS r FROM generate_series(0, 3999) i) o, generate_series(0, 4) k;
    INSERT INTO fines SELECT row_number() OVER (ORDER BY md5(reader_id::text || book_id)), reader_id, book_id,
                             repeat('w', (book_id % 90)::int) FROM loans;
    INSERT INTO letters SELECT id, CASE WHEN id % 100 > 0 THEN id END, NULL, 'first' FROM fines;
    INSERT INTO letters SELECT 50000 + id, fine_id, id, 'again' FROM letters WHERE fine_id IS NOT NULL
     ORDER BY md5(id::text);
    ANALYZE readers, books, loans, fines, letters;)";

std::string content(postgres_server& server, const std::string& database, const std::string& table,
                    const std::string& only)
{
    return server.psql(
        fmt::format("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
                    "  FROM {} t WHERE {}",
                    table, only),
        database);
}

/// As a person would look for a city's rows.
std::string whose(const std::string& table, const std::string& city)
{
    const auto readers = fmt::format(
        "(SELECT r.id FROM readers r JOIN cities c ON c.id = r.city_id WHERE c.slug = '{}')", city);
    if (table == "loans" || table == "fines") return "reader_id IN " + readers;
    if (table == "letters")
        return fmt::format("fine_id IN (SELECT id FROM fines WHERE reader_id IN {})", readers);
    return fmt::format("city_id = (SELECT id FROM cities WHERE slug = '{}')", city);
}

TEST(paths, three_cities_get_their_rows_along_foreign_keys_though_workers_are_killed)
{
    fleet_options options;
    options.extra_toml = library;
    fleet f("paths", options);
    servers().source.psql(tables, f.source_database());
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto started =
        f.ask({"rollout", "start", "--tenants", text::join(cities, ","), "--modules", "library", "--detach"});
    const auto rollout = started.at("rollout").at("id").to_number<std::int64_t>();
    std::mt19937 random(20260509);
    for (int kills = 0; kills < 3; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 900));
        f.kill_worker(f.workers().front());
        f.add_worker();
    }
    f.wait_for(rollout);
    for (const auto& city : cities) {
        const auto database = f.source_database() + "_" + fleet::database_of(city);
        for (const auto* table : {"readers", "books", "loans", "fines", "letters"}) {
            const auto sent = content(servers().source, f.source_database(), table, whose(table, city));
            EXPECT_EQ(content(servers().target, database, table, "true"), sent) << city << " " << table;
            EXPECT_FALSE(sent.starts_with("0 ")) << city << " " << table;
        }
        EXPECT_EQ(
            servers().target.psql("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
                                  "   AND connamespace = 'public'::regnamespace",
                                  database),
            "5\n");
    }
}

TEST(paths, the_plan_shows_the_way_and_the_rows_of_nobody)
{
    fleet_options options;
    options.extra_toml = library;
    fleet f("pathplan", options);
    servers().source.psql(tables, f.source_database());
    const auto plan =
        f.embedded({"rollout", "plan", "--tenants", text::join(cities, ","), "--modules", "library"});
    EXPECT_EQ(plan.exit, 0) << plan.err;
    EXPECT_NE(plan.out.find("fine_id -> fines.(reader_id, book_id) -> loans.reader_id -> readers.city_id"),
              std::string::npos)
        << plan.out;
    EXPECT_NE(plan.out.find("200 rows of table \"letters\" belong to no tenant"), std::string::npos)
        << plan.out;
}

} // namespace
} // namespace tropeiro::test
