// Which NULLs of a source the tables of a city would refuse, asked of two real databases.
#include "scheduler/plan/null_survey.hpp"
#include "scheduler/plan/survey_facts.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/transaction.hpp"
#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;

constexpr auto source_tables = R"(
    CREATE TYPE pair AS (a int, b int);
    CREATE DOMAIN code AS text;
    CREATE TABLE students (id bigint PRIMARY KEY, city_id uuid, name text, mark code, shape pair, nick text);
    CREATE TABLE grades (id bigint PRIMARY KEY, student_id bigint REFERENCES students, note int);
    CREATE TABLE genres (id bigint, word text);
    CREATE TABLE visits (id bigint, city_id uuid, why text) PARTITION BY HASH (id);
    CREATE TABLE visits_0 PARTITION OF visits FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    INSERT INTO students SELECT i, ('00000000-0000-4000-8000-00000000000' || i % 2)::uuid,
      CASE WHEN i % 10 > 1 THEN 'n' END, CASE WHEN i <> 4 THEN 'm' END, ROW(NULL, NULL)::pair, NULL
      FROM generate_series(1, 40) i;
    INSERT INTO students VALUES (99, NULL, NULL, 'm', NULL, NULL);
    INSERT INTO grades SELECT id, id, CASE WHEN id <> 6 THEN 1 END FROM students;
    INSERT INTO genres VALUES (1, 'w'), (NULL, NULL);
    INSERT INTO visits SELECT i, ('00000000-0000-4000-8000-00000000000' || i % 2)::uuid,
      CASE WHEN i <> 8 THEN 'w' END FROM generate_series(1, 20) i;)";

/// Stricter in everything but students.nick; `id` of genres is a key there.
constexpr auto city_tables = R"(
    CREATE TYPE pair AS (a int, b int);
    CREATE DOMAIN word AS text NOT NULL;
    CREATE DOMAIN code AS word;
    CREATE TABLE students (id bigint PRIMARY KEY, city_id uuid, name text NOT NULL, mark code, shape pair NOT NULL,
                           nick text);
    CREATE TABLE grades (id bigint PRIMARY KEY, student_id bigint, note int NOT NULL);
    CREATE TABLE genres (id bigint PRIMARY KEY, word text);
    CREATE TABLE visits (id bigint, city_id uuid, why text NOT NULL) PARTITION BY HASH (id);
    CREATE TABLE visits_0 PARTITION OF visits FOR VALUES WITH (MODULUS 1, REMAINDER 0);)";

struct two_databases {
    pg::dsn source = fresh_database("nulls");
    pg::dsn city = fresh_database("strict");

    two_databases()
    {
        shared_postgres().psql(source_tables, source.database);
        shared_postgres().psql(city_tables, city.database);
    }
};

plan::strict_city city_named(const std::string& slug, const std::string& value, plan::strict_columns columns)
{
    plan::strict_city city;
    city.slug = slug;
    city.value = value;
    city.database = "d_" + slug;
    city.columns = std::move(columns);
    return city;
}

/// "city table.column rows: examples" of each finding.
std::vector<std::string> lines(const plan::null_survey& found)
{
    std::vector<std::string> all;
    for (const auto& one : found.found)
        all.push_back(fmt::format("{} {}.{} {}: {}", one.city, model::to_string(one.table), one.column.name,
                                  one.rows, text::join(one.examples, ",")));
    std::sort(all.begin(), all.end());
    return all;
}

plan::null_survey survey(const two_databases& of, plan::rows_wanted rows)
{
    return run([&]() -> task<plan::null_survey> {
        auto target = co_await pg::connection::open(of.city);
        const auto columns = co_await plan::read_strict_columns(target);
        std::vector<plan::strict_city> cities;
        if (rows == plan::rows_wanted::legacy) {
            cities.push_back(city_named("old", "-", columns));
        } else {
            cities.push_back(city_named("zero", "00000000-0000-4000-8000-000000000000", columns));
            cities.push_back(city_named("one", "00000000-0000-4000-8000-000000000001", columns));
        }
        plan::plan_request request;
        for (const auto* name : {"students", "grades", "genres", "visits"})
            request.which.tables.push_back({"public", name});
        request.rows = rows;
        plan::plan_settings settings;
        settings.modules = model::module_map(
            {{"school", "", {}, {{{"public", "genres"}, *model::parse_tenant_rule("shared")}}}});
        auto c = co_await pg::connection::open(of.source);
        auto tx = co_await pg::transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const auto facts = co_await plan::read_survey_facts(c, request, settings);
        plan::null_survey found;
        const plan::question_limits limits{std::chrono::minutes(1), std::chrono::minutes(2)};
        co_await plan::survey_nulls(c, facts, cities, limits, found);
        co_await tx.rollback();
        co_return found;
    });
}

TEST(null_survey, counts_the_nulls_of_each_city_by_one_reading_of_a_table)
{
    const two_databases databases;
    const auto found = survey(databases, plan::rows_wanted::own);
    EXPECT_TRUE(found.uncounted.empty());
    EXPECT_EQ(lines(found),
              (std::vector<std::string>{"one genres.id 1: row (0,2)", "one students.name 4: 1,11,21,31",
                                        "zero genres.id 1: row (0,2)", "zero grades.note 1: 6",
                                        "zero students.mark 1: 4", "zero students.name 4: 10,20,30,40",
                                        "zero visits_0.why 1: row (0,8)"}));
    EXPECT_FALSE(found.well());
}

TEST(null_survey, names_the_statement_that_works_in_the_city)
{
    const two_databases databases;
    const auto found = survey(databases, plan::rows_wanted::own);
    std::set<std::string> statements;
    for (const auto& one : found.found) {
        for (const auto& statement : one.column.relaxing())
            statements.insert(statement);
        EXPECT_EQ(one.column.fixed, one.table.name == "genres" ? "it is in the primary key" : "");
    }
    EXPECT_EQ(statements,
              (std::set<std::string>{R"(ALTER DOMAIN public.word DROP NOT NULL;)",
                                     R"(ALTER TABLE public.grades ALTER COLUMN "note" DROP NOT NULL;)",
                                     R"(ALTER TABLE public.students ALTER COLUMN "name" DROP NOT NULL;)",
                                     R"(ALTER TABLE public.visits ALTER COLUMN "why" DROP NOT NULL;)"}));
    for (const auto& statement : statements)
        shared_postgres().psql(statement, databases.city.database);
    const auto again = survey(databases, plan::rows_wanted::own);
    EXPECT_EQ(lines(again),
              (std::vector<std::string>{"one genres.id 1: row (0,2)", "zero genres.id 1: row (0,2)"}));
}

TEST(null_survey, the_legacy_city_takes_rows_without_a_tenant_and_tables_without_the_column_whole)
{
    const two_databases databases;
    const auto found = survey(databases, plan::rows_wanted::legacy);
    EXPECT_EQ(lines(found),
              (std::vector<std::string>{"old genres.id 1: row (0,2)", "old grades.note 1: 6",
                                        "old students.name 1: 99", "old students.shape 1: 99"}));
}

} // namespace
} // namespace tropeiro::test
