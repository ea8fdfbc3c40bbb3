#include "scheduler/plan/path_questions.hpp"
#include "scheduler/plan/tenant_survey.hpp"
#include "tests/unit/scheduler/plan/told_apart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

using testing::HasSubstr;
using kind = table_survey::kind_t;

linked_owner along_school()
{
    linked_owner other;
    other.step.hop = {{"public", "schools"}, {"school_id"}, {"id"}, false};
    other.step.key = "of_school";
    other.owner = {model::row_filter::kind_t::equals, "city_id", {}};
    return other;
}

path_plan counted(const std::string& table, std::int64_t rows)
{
    path_plan plan;
    plan.module = "school";
    plan.table = {"public", table};
    plan.path = "city_id";
    plan.own_column = true;
    plan.rows = rows;
    return plan;
}

TEST(path_questions, a_table_with_the_column_is_asked_without_a_join)
{
    EXPECT_EQ(rows_by_tenant_sql(with_column("students")),
              R"(SELECT 1, t."city_id"::text, count(*) FROM ONLY "public"."students" t GROUP BY 1, 2)");
    EXPECT_EQ(conflicts_sql(with_column("students"), along_school()),
              R"(SELECT count(*) FROM ONLY "public"."students" t LEFT JOIN ONLY "public"."schools" l1 ON )"
              R"(l1."id" = t."school_id" WHERE true AND t."school_id" IS NOT NULL AND )"
              R"(l1."city_id"::text IS DISTINCT FROM t."city_id"::text)");
}

TEST(path_questions, rows_that_go_nowhere_point_nowhere)
{
    row_owners owners;
    owners.listed = true;
    owners.values = {"x", "it's"};
    EXPECT_THAT(conflicts_sql(with_column("students"), along_school(), owners),
                HasSubstr(R"(WHERE (t."city_id" IS NULL OR t."city_id"::text IN ('x', 'it''s')) AND )"));
    EXPECT_THAT(conflicts_sql(with_path("grades"), along_school(), owners),
                HasSubstr(R"(WHERE w1.k::text IN ('x', 'it''s') AND )"));
    EXPECT_THAT(conflicts_sql(with_path("grades"), along_school()),
                HasSubstr(R"(WHERE w1.k IS NOT NULL AND )"));
    owners.values.clear();
    EXPECT_THAT(conflicts_sql(with_path("grades"), along_school(), owners), HasSubstr("WHERE false AND "));
}

TEST(path_questions, a_table_on_a_path_is_joined_to_it)
{
    EXPECT_EQ(
        rows_by_tenant_sql(with_path("grades")),
        R"(SELECT CASE WHEN w1.there THEN 1 ELSE 0 END, w1.k::text, count(*) FROM ONLY "public"."grades" t )"
        R"(LEFT JOIN LATERAL (SELECT true AS there, p1."city_id" AS k FROM ONLY "public"."students" p1 )"
        R"(WHERE p1."id" = t."student_id") w1 ON true GROUP BY 1, 2)");
}

TEST(tenant_survey, values_that_are_no_tenant_s_are_counted_and_the_most_frequent_named)
{
    pg::tenant_statistics s;
    s.counts = {{"a", 5}, {"b", 1}, {"c", 9}, {"known", 100}, {"d", 1}, {"e", 1}, {"f", 2}};
    const auto unknown = unknown_among(s, {"known"});
    EXPECT_EQ(unknown.rows, 19);
    EXPECT_EQ(unknown.values, 6);
    ASSERT_EQ(unknown.first.size(), 5U);
    EXPECT_EQ(unknown.first[0].value, "c");
    EXPECT_EQ(unknown.first[1].value, "a");
}

TEST(tenant_survey, is_well_where_every_row_has_a_place_and_legacy_rows_are_no_fault)
{
    source_facts facts;
    facts.tables = {with_column("students"), with_column("genres")};
    facts.tables[1].rows.filter = {};
    auto students = counted("students", 10);
    students.legacy = 2;
    const auto survey = put_together(facts, {students});
    EXPECT_TRUE(survey.well());
    EXPECT_TRUE(survey.findings.empty());
    ASSERT_EQ(survey.tables.size(), 2U);
    EXPECT_EQ(survey.tables[0].kind, kind::column);
    EXPECT_EQ(survey.tables[0].tenants, 8);
    EXPECT_EQ(survey.tables[1].kind, kind::shared);
}

TEST(tenant_survey, each_fault_is_a_finding_with_what_to_do)
{
    source_facts facts;
    facts.tables = {with_column("students"), with_column("words")};
    facts.tables[1].rows = {};
    facts.tables[1].rows.copied = true;
    facts.tables[1].rows.problem = rows_problem{"table \"words\" has no column", "write shared"};
    auto students = counted("students", 8);
    students.unknown = {3, 1, {{"lost", 3}}};
    path_conflict conflict{"school_id -> schools.city_id", "of_school", {}, {2, {"4", "7"}}};
    students.conflicts.push_back(conflict);
    conflict.rows = {};
    conflict.not_counted = "it takes more than 1 s";
    students.conflicts.push_back(conflict);
    const auto survey = put_together(facts, {students});
    EXPECT_FALSE(survey.well());
    ASSERT_EQ(survey.findings.size(), 4U);
    EXPECT_EQ(survey.findings[0].what, "table \"words\" has no column");
    EXPECT_THAT(survey.findings[1].what, HasSubstr("3 rows of table \"students\" belong to tenants that "
                                                   "nobody knows: in city_id stands 1 value"));
    EXPECT_THAT(survey.findings[1].what, HasSubstr("lost (3)"));
    EXPECT_THAT(survey.findings[2].what, HasSubstr("for example 4, 7"));
    EXPECT_THAT(survey.findings[3].what, HasSubstr("were not counted: it takes more than 1 s"));
    EXPECT_EQ(survey.tables[0].tenants, 5);
    EXPECT_EQ(survey.tables[0].conflicts(), 2);
}

} // namespace
} // namespace tropeiro::scheduler::plan
