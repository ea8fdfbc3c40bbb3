#include "scheduler/plan/null_questions.hpp"
#include "scheduler/plan/null_survey.hpp"
#include "tests/unit/scheduler/plan/told_apart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

using testing::HasSubstr;
using filter_kind = model::row_filter::kind_t;

TEST(null_questions, one_reading_counts_every_column_for_every_city)
{
    EXPECT_EQ(null_counts_sql(with_column("students"), {"name", "a\"b"}, {"x", "it's"}),
              R"(SELECT t."city_id"::text, count(*) FILTER (WHERE t."name" IS NOT DISTINCT FROM NULL), )"
              R"(count(*) FILTER (WHERE t."a""b" IS NOT DISTINCT FROM NULL) FROM ONLY "public"."students" t )"
              R"(WHERE t."city_id" IN ('x', 'it''s') GROUP BY 1)");
    EXPECT_THAT(null_counts_sql(with_path("grades"), {"note"}, {"x"}),
                HasSubstr(R"(p1."id" = t."student_id") w1 ON true WHERE w1.k IN ('x') GROUP BY 1)"));
}

TEST(null_questions, rows_that_are_not_told_apart_by_tenant_are_counted_together)
{
    auto table = with_column("students");
    table.rows.filter.kind = filter_kind::legacy;
    EXPECT_THAT(null_counts_sql(table, {"name"}, {"x"}), HasSubstr(R"(WHERE t."city_id" IS NULL)"));
    table.rows.filter = {};
    const auto all = null_counts_sql(table, {"name"}, {"x"});
    EXPECT_THAT(all, HasSubstr("SELECT NULL::text, count(*)"));
    EXPECT_THAT(all, HasSubstr("WHERE true"));
    EXPECT_EQ(null_rows_sql(table, "name", "x", {"id"}),
              R"(SELECT t."id"::text FROM ONLY "public"."students" t WHERE true AND )"
              R"(t."name" IS NOT DISTINCT FROM NULL LIMIT 5)");
}

TEST(null_survey, compares_columns_that_are_copied_and_may_be_null_in_the_source_alone)
{
    pg::catalog source;
    const auto column = [&](const std::string& name, bool not_null, bool generated) {
        pg::catalog_column c;
        c.table = 7;
        c.name = name;
        c.not_null = not_null;
        c.generated = generated;
        source.columns.push_back(c);
    };
    column("id", true, false);
    column("name", false, false);
    column("initial", false, true);
    source.sort();
    strict_city city;
    for (const auto* name : {"id", "name", "initial", "only_there"}) {
        strict_column strict;
        strict.name = name;
        strict.itself = true;
        city.columns[{"public", "students"}].push_back(strict);
    }
    const auto stricter = stricter_columns(with_column("students"), source, city);
    ASSERT_EQ(stricter.size(), 1U);
    EXPECT_EQ(stricter[0].name, "name");
    EXPECT_TRUE(stricter_columns(with_column("grades"), source, city).empty());
    auto left_behind = with_column("students");
    left_behind.rows.copied = false;
    EXPECT_TRUE(stricter_columns(left_behind, source, city).empty());
}

TEST(strict_column, is_relaxed_where_it_says_so_and_not_where_that_cannot_be)
{
    strict_column column;
    column.name = "na\"me";
    column.itself = true;
    column.domains = {"public.word"};
    column.holder = "public.students";
    EXPECT_EQ(column.relaxing(),
              (std::vector<std::string>{R"(ALTER TABLE public.students ALTER COLUMN "na""me" DROP NOT NULL;)",
                                        "ALTER DOMAIN public.word DROP NOT NULL;"}));
    column.fixed = "it is in the primary key";
    EXPECT_TRUE(column.relaxing().empty());
}

} // namespace
} // namespace tropeiro::scheduler::plan
