// Which rows of a source have no place in any city, asked of a real one.
#include "scheduler/plan/survey_facts.hpp"
#include "scheduler/plan/tenant_survey.hpp"
#include "shared/pg/transaction.hpp"
#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;
using kind = plan::table_survey::kind_t;

/// Three cities and the legacy one. Of a stranger, who breaks no key: student 1001. Pointing out of their city: students
/// 1002 and 1003 by their school - the one of another city, the other of the legacy one - and 1004 by a friend. Of nobody:
/// grade 5001.
constexpr auto school = R"(
    CREATE TABLE schools (id bigint PRIMARY KEY, city_id uuid);
    CREATE TABLE students (id bigint PRIMARY KEY, city_id uuid, school_id bigint REFERENCES schools,
                           friend bigint REFERENCES students);
    CREATE TABLE grades (id bigint PRIMARY KEY, student_id bigint REFERENCES students);
    CREATE TABLE genres (id bigint PRIMARY KEY);
    CREATE TABLE words (id bigint) PARTITION BY HASH (id);
    CREATE TABLE words_0 PARTITION OF words FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    CREATE TABLE visits (id bigint, city_id uuid, school_id bigint REFERENCES schools) PARTITION BY HASH (id);
    CREATE TABLE visits_0 PARTITION OF visits FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    INSERT INTO schools SELECT i, ('00000000-0000-4000-8000-00000000000' || i % 3)::uuid FROM generate_series(0, 8) i;
    INSERT INTO schools VALUES (9, NULL);
    INSERT INTO students SELECT i, ('00000000-0000-4000-8000-00000000000' || i % 3)::uuid, i % 3
      FROM generate_series(1, 90) i;
    INSERT INTO students SELECT 100 + i, NULL, 9 FROM generate_series(1, 10) i;
    INSERT INTO students VALUES (1001, 'ffffffff-0000-4000-8000-000000000000', 1, NULL),
      (1002, '00000000-0000-4000-8000-000000000000', 1, NULL), (1003, '00000000-0000-4000-8000-000000000001', 9, NULL),
      (1004, '00000000-0000-4000-8000-000000000002', 2, 1);
    INSERT INTO grades SELECT id, id FROM students;
    INSERT INTO grades VALUES (5001);
    INSERT INTO visits SELECT i, ('00000000-0000-4000-8000-00000000000' || i % 3)::uuid, i % 3
      FROM generate_series(1, 30) i;)";

std::set<std::string> three_ids()
{
    std::set<std::string> ids;
    for (int i = 0; i < 3; ++i)
        ids.insert(fmt::format("00000000-0000-4000-8000-00000000000{}", i));
    return ids;
}

pg::dsn school_database()
{
    const auto source = fresh_database("survey");
    shared_postgres().psql(school, source.database);
    return source;
}

plan::plan_request of(const std::vector<std::string>& tables)
{
    plan::plan_request request;
    for (const auto& name : tables)
        request.which.tables.push_back({"public", name});
    return request;
}

plan::plan_settings with_genres_shared()
{
    plan::plan_settings settings;
    settings.modules = model::module_map(
        {{"school", "", {}, {{{"public", "genres"}, *model::parse_tenant_rule("shared")}}}});
    return settings;
}

const plan::question_limits patient{std::chrono::minutes(1), std::chrono::minutes(2)};

plan::tenant_survey survey(const pg::dsn& source, const plan::plan_request& request,
                           plan::question_limits limits = patient)
{
    return run([&]() -> task<plan::tenant_survey> {
        auto c = co_await pg::connection::open(source);
        auto tx = co_await pg::transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        auto found = co_await plan::survey_tenants(c, request, with_genres_shared(), three_ids(), limits);
        co_await tx.rollback();
        co_return found;
    });
}

const plan::table_survey& line_of(const plan::tenant_survey& found, const std::string& table)
{
    const auto at = std::find_if(found.tables.begin(), found.tables.end(),
                                 [&](const auto& line) { return line.counts.table.name == table; });
    if (at == found.tables.end()) throw std::runtime_error(table + " is not in the survey");
    return *at;
}

bool says(const plan::tenant_survey& found, const std::string& words)
{
    return std::any_of(found.findings.begin(), found.findings.end(), [&](const auto& finding) {
        return finding.what.find(words) != std::string::npos || finding.hint.find(words) != std::string::npos;
    });
}

TEST(survey, a_legacy_row_that_hangs_on_a_tenant_s_points_out_of_the_legacy_city)
{
    const auto source = school_database();
    shared_postgres().psql("INSERT INTO students VALUES (2001, NULL, 1)", source.database);
    const auto found = survey(source, of({"students", "schools"}));
    EXPECT_EQ(line_of(found, "students").conflicts(), 4);
    EXPECT_TRUE(says(found, "2001")) << boost::json::serialize(to_json(found));
}

const std::vector<std::string> every_table{"schools", "students", "grades", "genres", "visits"};

TEST(survey, rows_of_a_table_with_the_column_are_counted_by_whose_they_are)
{
    const auto found = survey(school_database(), of(every_table));
    const auto& students = line_of(found, "students");
    EXPECT_EQ(students.kind, kind::column);
    EXPECT_EQ(students.counts.path, "city_id");
    EXPECT_EQ(students.counts.rows, 104);
    EXPECT_EQ(students.tenants, 93);
    EXPECT_EQ(students.counts.legacy, 10);
    EXPECT_EQ(students.counts.orphans.rows, 0);
    EXPECT_EQ(students.counts.unknown.rows, 1);
    EXPECT_EQ(students.counts.unknown.first.at(0).value, "ffffffff-0000-4000-8000-000000000000");
    ASSERT_EQ(students.counts.conflicts.size(), 2U);
    EXPECT_EQ(students.conflicts(), 3);
    EXPECT_TRUE(says(found, "2 rows of table \"students\" join two tenants"))
        << boost::json::serialize(to_json(found));
    EXPECT_TRUE(says(found, "for example 1002, 1003"));
    EXPECT_TRUE(says(found, "foreign key \"students_friend_fkey\" fails"));
    EXPECT_FALSE(found.well());
}

TEST(survey, rows_of_a_table_on_a_path_are_counted_by_what_stands_at_its_end)
{
    const auto found = survey(school_database(), of(every_table));
    const auto& grades = line_of(found, "grades");
    EXPECT_EQ(grades.kind, kind::path);
    EXPECT_EQ(grades.counts.path, "student_id -> students.city_id");
    EXPECT_EQ(grades.counts.rows, 105);
    EXPECT_EQ(grades.tenants, 93);
    EXPECT_EQ(grades.counts.legacy, 10);
    EXPECT_EQ(grades.counts.orphans.rows, 1);
    EXPECT_EQ(grades.counts.orphans.examples, std::vector<std::string>{"5001"});
    EXPECT_EQ(grades.counts.unknown.rows, 1);
    EXPECT_EQ(line_of(found, "genres").kind, kind::shared);
    EXPECT_EQ(line_of(found, "visits_0").tenants, 30) << "a partition has its own line";
}

TEST(survey, is_well_when_what_it_named_is_corrected)
{
    const auto source = school_database();
    shared_postgres().psql("DELETE FROM grades WHERE id > 1000; DELETE FROM students WHERE id > 1000",
                           source.database);
    const auto found = survey(source, of(every_table));
    EXPECT_TRUE(found.well()) << boost::json::serialize(to_json(found));
    EXPECT_TRUE(found.findings.empty());
    EXPECT_EQ(line_of(found, "students").counts.legacy, 10);
}

TEST(survey, a_table_without_a_way_to_a_tenant_says_so_once_and_an_unknown_one_is_refused)
{
    const auto source = school_database();
    const auto found = survey(source, of({"words"}));
    ASSERT_EQ(found.tables.size(), 1U);
    EXPECT_EQ(found.tables[0].kind, kind::nobody);
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_TRUE(says(found, "words = \"shared\""));
    EXPECT_FALSE(found.well());
    try {
        survey(source, of({"student"}));
        ADD_FAILURE() << "a table that is not there";
    } catch (const failure& e) {
        EXPECT_EQ(e.kind(), error_kind::not_found);
        EXPECT_NE(e.hint().find("students"), std::string::npos) << e.hint();
    }
}

TEST(survey, a_table_that_takes_too_long_is_not_counted_and_the_others_are)
{
    const auto source = school_database();
    run([&]() -> task<> {
        auto c = co_await pg::connection::open(source);
        auto tx = co_await pg::transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const auto request = of({"students", "schools"});
        const auto settings = with_genres_shared();
        auto facts = co_await plan::read_survey_facts(c, request, settings);
        auto other = co_await pg::connection::open(source);
        auto locked = co_await pg::transaction::begin(other);
        co_await other.execute("LOCK TABLE students IN ACCESS EXCLUSIVE MODE");
        const plan::question_limits limits{milliseconds(500), std::chrono::minutes(1)};
        const auto known = three_ids();
        auto counted = co_await plan::count_paths(c, facts, settings.control_tables, limits, &known);
        co_await locked.rollback();
        const auto found = plan::put_together(facts, std::move(counted));
        EXPECT_FALSE(found.well());
        EXPECT_FALSE(line_of(found, "students").counts.not_counted.empty());
        EXPECT_TRUE(says(found, "rows of table \"students\" were not counted by city_id"));
        EXPECT_EQ(line_of(found, "schools").counts.rows, 10);
    });
}

} // namespace
} // namespace tropeiro::test
