#include "scheduler/cli/survey_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

using testing::HasSubstr;

json::value orphans()
{
    return json::parse(R"json({"well":false,"tables":[
        {"table":"students","kind":"column","path":"city_id","not_counted":"","rows":1200,"tenant_rows":1100,
         "legacy_rows":95,"orphans":0,"unknown_rows":5,"conflict_rows":2,"conflicts":[{"not_counted":""}]},
        {"table":"grades","kind":"path","path":"student_id -> students.city_id","not_counted":"","rows":40,
         "tenant_rows":37,"legacy_rows":0,"orphans":3,"unknown_rows":0,"conflict_rows":0,
         "conflicts":[{"not_counted":"it takes more than 1 s"}]},
        {"table":"genres","kind":"shared","path":"","not_counted":"","conflicts":[]},
        {"table":"words","kind":"nobody","path":"","not_counted":"","conflicts":[]},
        {"table":"huge","kind":"column","path":"city_id","not_counted":"it takes more than 1 s","conflicts":[]}],
        "findings":[{"severity":"warns","tenant":"","what":"3 rows of table \"grades\" belong to no tenant",
                     "hint":"they stay behind"}]})json");
}

json::value nulls()
{
    return json::parse(R"json({"well":false,"compared":["recife","olinda"],"new_cities":["natal"],"items":[
        {"city":"olinda","database":"c_olinda","table":"students","column":"name","rows":2,"examples":["4","9"],
         "relax":["ALTER TABLE public.students ALTER COLUMN \"name\" DROP NOT NULL;"],"fixed":""},
        {"city":"olinda","database":"c_olinda","table":"visits","column":"id","rows":1200,"examples":[],"relax":[],
         "fixed":"it is in the primary key"}],
        "not_counted":[{"table":"huge","cities":["recife"],"why":"it takes more than 1 s"}]})json");
}

} // namespace

TEST(survey_text, has_a_line_for_each_table_and_question_marks_where_nothing_was_counted)
{
    const auto said = render_orphans(orphans(), paint(false));
    EXPECT_THAT(said,
                HasSubstr("students  city_id                         1,200       1,100      95        0  "
                          "      5              2\n"));
    EXPECT_THAT(said,
                HasSubstr("grades    student_id -> students.city_id     40          37       0        3  "
                          "      0              ?\n"));
    EXPECT_THAT(said, HasSubstr("genres    every tenant gets all rows\n"));
    EXPECT_THAT(said, HasSubstr("words     is not known\n"));
    EXPECT_THAT(said,
                HasSubstr("huge      city_id                             ?           ?       ?        ?  "
                          "      ?              0\n"));
    EXPECT_THAT(said, HasSubstr("Warnings (1)\n  - 3 rows of table \"grades\" belong to no tenant\n"));
    EXPECT_THAT(said, HasSubstr("hint: they stay behind\n"));
}

TEST(survey_text, sums_up_what_has_no_place)
{
    EXPECT_EQ(orphans_sentence(orphans()),
              "5 tables: 3 rows of nobody, 5 rows of unknown tenants, 2 rows that point out of their tenant, "
              "1 table without a way to a tenant, 2 tables not counted in full");
    EXPECT_EQ(orphans_sentence(json::parse(R"({"well":true,"tables":[]})")),
              "0 tables: every row has a place");
}

TEST(survey_text, names_columns_that_refuse_and_the_statements_that_let_the_rows_in)
{
    const auto said = render_nulls(nulls(), paint(false));
    EXPECT_THAT(said, HasSubstr("olinda  students  name                 2  4, 9\n"));
    EXPECT_THAT(said,
                HasSubstr("To let them in, in c_olinda\n  ALTER TABLE public.students ALTER COLUMN \"name\" "
                          "DROP NOT NULL;\n"));
    EXPECT_THAT(said, HasSubstr("Stays NOT NULL in c_olinda\n  visits.id: it is in the primary key\n"));
    EXPECT_THAT(said, HasSubstr("not counted: table \"huge\" for recife: it takes more than 1 s\n"));
    EXPECT_EQ(nulls_sentence(nulls()),
              "2 cities compared: 2 columns would refuse 1,202 NULLs; 1 table not counted; 1 city has no "
              "database yet, the tables will be as in the source");
}

TEST(survey_text, says_so_when_nothing_would_be_refused)
{
    const auto found = json::parse(R"({"well":true,"compared":["recife"],"new_cities":[],"items":[]})");
    EXPECT_EQ(render_nulls(found, paint(false)), "");
    EXPECT_EQ(nulls_sentence(found), "1 city compared: no NULL that a table there would refuse");
    const auto fresh = json::parse(R"({"well":true,"compared":[],"new_cities":["natal"],"items":[]})");
    EXPECT_EQ(nulls_sentence(fresh), "1 city has no database yet, the tables will be as in the source");
}

} // namespace tropeiro::scheduler::cli
