#include "scheduler/cli/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

json::value two_cities()
{
    return json::parse(R"({
      "title":"provision recife, olinda","source_server":"src:5432","target_server":"dst:5432",
      "needs_snapshot":true,
      "tenants":[
        {"tenant":{"slug":"recife"},"database":"conecta_recife","database_exists":false,"modules":["educacao"],
         "tables":[{"module":"educacao","table":"students","rows_of":"city_id = 'a'","rows":1200,"bytes":2097152,
                    "parts":2,"format":"binary","format_reason":"","exists":false,"complete":false,"indexes":3}],
         "foreign_keys":[{"table":"students","name":"students_created_by_fkey","referenced":"profiles","kept":false,
                          "reason":"profiles stays in the control plane"}]},
        {"tenant":{"slug":"olinda"},"database":"conecta_olinda","database_exists":true,"modules":["educacao"],
         "tables":[{"module":"educacao","table":"students","rows_of":"city_id = 'b'","rows":500,"bytes":1048576,
                    "parts":1,"format":"binary","format_reason":"","exists":true,"complete":true,"indexes":3}],
         "foreign_keys":[{"table":"students","name":"students_created_by_fkey","referenced":"profiles","kept":false,
                          "reason":"profiles stays in the control plane"}]}],
      "findings":[
        {"severity":"notes","tenant":"recife","what":"sequence later","hint":""},
        {"severity":"blocks","tenant":"recife","what":"no rule for \"grades\"","hint":"add one"},
        {"severity":"blocks","tenant":"olinda","what":"no rule for \"grades\"","hint":"add one"}]})");
}

} // namespace

TEST(plan_text, shows_each_city_with_its_database_and_what_is_expected)
{
    const auto page = render_plan(two_cities(), paint(false));
    EXPECT_THAT(page, HasSubstr("source src:5432"));
    EXPECT_THAT(page, HasSubstr("conecta_recife (new)"));
    EXPECT_THAT(page, HasSubstr("2.0 MB"));
    EXPECT_THAT(page, Not(HasSubstr("conecta_olinda (new)")));
}

TEST(plan_text, says_how_many_passes_the_target_server_has_connections_for)
{
    auto plan = two_cities();
    EXPECT_THAT(render_plan(plan, paint(false)), HasSubstr("target dst:5432\n"));
    plan.as_object()["target_slots"] = 3;
    EXPECT_THAT(render_plan(plan, paint(false)),
                HasSubstr("target dst:5432, with connections for 3 passes at once\n"));
}

TEST(plan_text, totals_leave_out_what_has_arrived_already)
{
    EXPECT_EQ(plan_totals(two_cities()), "2 cities, 2 tables, 2 parts to copy, about 1,200 rows (2.0 MB)");
}

TEST(plan_text, a_foreign_key_left_out_says_why_and_for_how_many_cities)
{
    const auto page = render_plan(two_cities(), paint(false));
    EXPECT_THAT(page, HasSubstr("Foreign keys left out (1)"));
    EXPECT_THAT(page, HasSubstr("students_created_by_fkey"));
    EXPECT_THAT(page, HasSubstr("profiles stays in the control plane"));
}

TEST(plan_text, ways_along_foreign_keys_are_shown_whole_with_what_they_miss)
{
    auto plan = two_cities();
    EXPECT_THAT(render_plan(plan, paint(false)), Not(HasSubstr("along foreign keys")));
    plan.as_object()["paths"] = json::parse(R"([
      {"table":"remarks","path":"grade_id -> grades.(student, year, class) -> enrollments.student_id -> students.city_id",
       "not_counted":"","orphans":3,"legacy_rows":1200,"conflicts":[{"rows":4},{"rows":5}]},
      {"table":"large","path":"a -> b.city_id","not_counted":"it takes more than 10 s","orphans":0,"legacy_rows":0,
       "conflicts":[]}])");
    const auto page = render_plan(plan, paint(false));
    EXPECT_THAT(page, HasSubstr("Told apart along foreign keys"));
    EXPECT_THAT(page,
                HasSubstr("grades.(student, year, class) -> enrollments.student_id -> students.city_id"));
    EXPECT_THAT(page, testing::ContainsRegex("students.city_id +3 +1,200 +9"));
    EXPECT_THAT(page, testing::ContainsRegex("b.city_id +\\? +\\?"));
}

TEST(plan_text, findings_come_gravest_first_and_the_same_one_once)
{
    const auto page = render_findings(two_cities(), paint(false));
    EXPECT_THAT(page, HasSubstr("Must be settled first (1)\n  - recife, olinda: no rule for \"grades\"\n"
                                "    hint: add one\n"));
    EXPECT_LT(page.find("Must be settled"), page.find("Notes"));
}

TEST(plan_text, an_answer_that_lacks_everything_still_makes_a_page)
{
    EXPECT_THAT(render_plan(json::object(), paint(false)), HasSubstr("0 cities"));
}

} // namespace tropeiro::scheduler::cli
