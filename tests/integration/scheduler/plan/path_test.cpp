// Tables without the tenant column: their rows' tenants are found along foreign keys.
#include "scheduler/plan/path_counts.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/transaction.hpp"
#include "tests/integration/scheduler/plan/school.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;
using plan::rows_wanted;

std::string whose(const std::string& table, const std::string& id)
{
    const auto students = fmt::format("(SELECT id FROM students WHERE city_id = '{}')", id);
    if (table == "enrollments") return "t.student_id IN " + students;
    if (table == "grades") return "t.student IN " + students;
    if (table == "remarks")
        return fmt::format("t.grade_id IN (SELECT id FROM grades WHERE student IN {})", students);
    return fmt::format("t.city_id = '{}'", id);
}

TEST(paths, three_cities_get_exactly_their_rows_and_every_foreign_key)
{
    const auto source = school_database();
    auto settings = with_pattern();
    settings.modules = model::module_map(
        {{"school",
          "",
          {},
          {{{"public", "enrollments"}, *model::parse_tenant_rule("via student_id -> students")}}}});
    const auto cities = three_cities();
    const auto p = make_plan(source, of_tables(school_tables), settings, cities);
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    EXPECT_EQ(table_of(p, "remarks", 1).rows_of,
              "grade_id -> grades.(student, year, class) -> enrollments.student_id -> students.city_id = " +
                  city(1) + ", else along answers upwards");
    EXPECT_EQ(table_of(p, "grades").readers, 3);
    EXPECT_EQ(table_of(p, "grades").reading_reason,
              "through (student, year, class) -> enrollments.student_id -> students.city_id");
    carry_out(source, p);
    for (std::size_t i = 0; i < cities.size(); ++i) {
        const auto target = source.with_database(p.tenants.at(i).database);
        for (const auto& table : school_tables) {
            const auto expected = content(source, table, whose(table, city(static_cast<int>(i))));
            EXPECT_EQ(content(target, table), expected) << table;
            EXPECT_EQ(fmt::format("{}", table_of(p, table, i).rows), expected.substr(0, expected.find(' ')))
                << table;
        }
        EXPECT_EQ(in(target, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND "
                             "connamespace = 'public'::regnamespace"),
                  "5");
    }
}

TEST(paths, legacy_rows_are_told_apart_from_rows_of_nobody_and_both_are_counted)
{
    const auto source = school_database(
        "INSERT INTO remarks VALUES (9001), (9002); INSERT INTO remarks VALUES (9003, NULL, 9001)");
    auto p = make_plan(source, of_tables(school_tables), with_pattern(), three_cities());
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "3 rows of table \"remarks\" belong to no tenant")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "for example 9001, 9002, 9003")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "--rows legacy")) << findings_text(p);
    EXPECT_TRUE(found(p, notes, "30 rows of table \"enrollments\" belong to the legacy city"))
        << findings_text(p);
    EXPECT_EQ(path_of(p, "remarks").orphans.rows, 3);
    EXPECT_EQ(path_of(p, "remarks").legacy, 300);
    EXPECT_EQ(path_of(p, "grades").orphans.rows, 0);
    const auto json = plan::to_json(p);
    std::size_t listed = 0;
    for (const auto& path : json.at("paths").as_array())
        if (path.at("table") == "remarks") {
            ++listed;
            EXPECT_EQ(path.at("orphans"), 3);
            EXPECT_EQ(path.at("examples").as_array().size(), 3U);
            EXPECT_EQ(path.at("legacy_rows"), 300);
        }
    EXPECT_EQ(listed, 1U);
    p = make_plan(source, of_tables(school_tables, rows_wanted::legacy), with_pattern(),
                  {tenant_named("old")});
    EXPECT_EQ(table_of(p, "remarks").rows_of, "all rows");
    EXPECT_TRUE(p.paths.empty());
}

TEST(paths, rows_that_join_two_tenants_are_found_with_their_keys)
{
    const auto source =
        school_database("INSERT INTO enrollments VALUES (1, 2026, 2), (4, 2026, 8);"
                        "INSERT INTO remarks SELECT 9001, g.id, r.id FROM grades g, remarks r"
                        "  WHERE g.student = 1 AND r.grade_id IN (SELECT id FROM grades WHERE student = 2)"
                        "  LIMIT 1");
    const auto p = make_plan(source, of_tables(school_tables), with_pattern(), three_cities());
    EXPECT_TRUE(found(p, notes, "equally short: ")) << findings_text(p);
    EXPECT_TRUE(found(p, notes, "enrollments = \"via ")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "rows of table \"enrollments\" join two tenants")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "(1, 2026, 2), (4, 2026, 8)")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "1 row of table \"remarks\" joins two tenants")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "for example 9001")) << findings_text(p);
    EXPECT_TRUE(found(p, warns, "foreign key \"remarks_answers_fkey\" fails")) << findings_text(p);
}

TEST(paths, a_rule_takes_another_way_and_a_wrong_one_blocks)
{
    const auto source = school_database();
    auto settings = with_pattern();
    const auto with_rule = [&](const std::string& rule) {
        settings.modules =
            model::module_map({{"school",
                                "",
                                {{"public", "enrollments"}},
                                {{{"public", "enrollments"}, *model::parse_tenant_rule(rule)}}}});
        return make_plan(source, of_tables(school_tables), settings, three_cities());
    };
    EXPECT_EQ(path_of(with_rule("via number, year -> classes"), "enrollments").path,
              "(year, number) -> classes.city_id");
    const auto wrong = with_rule("via teacher_id -> students");
    EXPECT_TRUE(found(wrong, blocks, "its tenant rule names column \"teacher_id\", which it does not have"))
        << findings_text(wrong);
    EXPECT_TRUE(wrong.jobs.empty());
    const auto nowhere = make_plan(source, of_tables({"words"}), with_pattern(), three_cities());
    EXPECT_TRUE(
        found(nowhere, blocks, "table \"words\" has no column \"city_id\", and no foreign key leads from it"))
        << findings_text(nowhere);
    EXPECT_TRUE(found(nowhere, blocks, "words = \"shared\"")) << findings_text(nowhere);
    shared_postgres().psql("CREATE TABLE logs (id bigint) PARTITION BY HASH (id);"
                           "CREATE TABLE logs_0 PARTITION OF logs FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                           "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                           source.database);
    const auto once = make_plan(source, of_tables({"logs"}), with_pattern(), three_cities());
    EXPECT_EQ(once.findings.size(), 1U) << findings_text(once);
    EXPECT_TRUE(found(once, blocks, "logs = \"shared\"")) << "the rule is the whole table's";
}

TEST(paths, tables_on_the_way_must_be_readable_though_they_stay_behind)
{
    const auto source = school_database();
    const auto role = source.database + "_reader";
    shared_postgres().psql(
        fmt::format("CREATE ROLE {0} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {0};"
                    "REVOKE SELECT ON enrollments FROM {0}; ALTER TABLE students ENABLE ROW LEVEL SECURITY",
                    role),
        source.database);
    auto reader = source;
    reader.user = role;
    const auto p = make_plan(reader, of_tables({"grades"}), with_pattern(), three_cities());
    EXPECT_TRUE(found(
        p, blocks, "may not read table \"enrollments\", through which rows of \"grades\" find their tenant"))
        << findings_text(p);
    EXPECT_TRUE(found(p, blocks, "row security hides rows of table \"students\"")) << findings_text(p);
    const auto all = make_plan(source, of_tables({"grades"}), with_pattern(), three_cities());
    EXPECT_FALSE(all.blocked()) << findings_text(all);
}

TEST(paths, a_value_that_the_last_table_cannot_hold_blocks)
{
    auto tenant = tenant_named("one", city(1));
    auto request = of_tables({"grades"});
    request.tenant_value = "seven";
    const auto p = make_plan(school_database(), request, with_pattern(), {tenant});
    EXPECT_TRUE(
        found(p, blocks, "\"seven\" is no value of column \"city_id\" of table \"students\", which is uuid"))
        << findings_text(p);
}

TEST(paths, partitions_on_both_ends_are_followed)
{
    const auto source = fresh_database("parts");
    shared_postgres().psql(R"(
        CREATE TABLE people (id bigint PRIMARY KEY, city_id uuid) PARTITION BY HASH (id);
        CREATE TABLE people_0 PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE people_1 PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE visits (id bigint, person bigint REFERENCES people, PRIMARY KEY (id)) PARTITION BY HASH (id);
        CREATE TABLE visits_0 PARTITION OF visits FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE visits_1 PARTITION OF visits FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO people SELECT i, ('00000000-0000-4000-8000-00000000000' || i % 3)::uuid FROM generate_series(1, 60) i;
        INSERT INTO visits SELECT i, 1 + i % 60 FROM generate_series(1, 600) i;)",
                           source.database);
    const auto p = make_plan(source, of_tables({"people", "visits"}), with_pattern(), three_cities());
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    EXPECT_EQ(path_of(p, "visits_0").path, "person -> people.city_id");
    EXPECT_TRUE(path_of(p, "visits_0").conflicts.empty());
    carry_out(source, p);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(content(source.with_database(p.tenants.at(static_cast<std::size_t>(i)).database), "visits"),
                  content(source, "visits",
                          fmt::format("person IN (SELECT id FROM people WHERE city_id = '{}')", city(i))));
}

TEST(paths, what_takes_too_long_is_said_not_to_be_counted_and_the_transaction_goes_on)
{
    const auto source = school_database();
    run([&]() -> task<> {
        auto c = co_await pg::connection::open(source);
        auto tx = co_await pg::transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        plan::source_facts facts;
        facts.catalog = co_await pg::read_catalog(c);
        plan::plan_settings settings;
        const auto request = of_tables({"grades", "remarks"});
        facts.selected = plan::select_tables(request.which, {}, {}, facts.catalog);
        plan::describe_tables(facts, request, settings, {});
        auto other = co_await pg::connection::open(source);
        auto locked = co_await pg::transaction::begin(other);
        co_await other.execute("LOCK TABLE enrollments IN ACCESS EXCLUSIVE MODE");
        const plan::question_limits limits{milliseconds(1000), milliseconds(1000)};
        const std::vector<model::table_name> no_control_tables;
        const auto counted = co_await plan::count_paths(c, facts, no_control_tables, limits);
        co_await locked.rollback();
        CO_ASSERT_EQ(counted.size(), 2U);
        EXPECT_EQ(counted[0].not_counted, "it takes more than 1 s");
        EXPECT_EQ(counted[1].not_counted, "the time for it was over");
        const auto findings = plan::check_paths(counted);
        EXPECT_NE(findings.back().what.find("were not counted"), std::string::npos) << findings.back().what;
        const auto timeout = co_await c.query("SHOW statement_timeout");
        EXPECT_EQ(timeout.one().get<std::string>(0), "0");
    });
}

} // namespace
} // namespace tropeiro::test
