// `tropeiro data orphans` and `data nulls` as people call them: what they print, and their exit codes.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::test {
namespace {

using testing::HasSubstr;

TEST(surveys, every_row_of_the_example_has_a_place_until_one_has_none)
{
    fleet f("orphans");
    const auto whole = f.embedded({"data", "orphans"});
    EXPECT_EQ(whole.exit, 0) << whole.out << whole.err;
    EXPECT_THAT(whole.err, HasSubstr("30 tables: every row has a place"));
    EXPECT_THAT(whole.out, HasSubstr("students"));
    servers().source.psql(
        "SET session_replication_role = replica; UPDATE student_assessments SET student_id = "
        "(SELECT id FROM students WHERE city_id IS NULL LIMIT 1) WHERE id = (SELECT id FROM "
        "student_assessments WHERE city_id IS NOT NULL LIMIT 1);"
        "UPDATE news SET city_id = gen_random_uuid() WHERE id = (SELECT id FROM news LIMIT 1)",
        f.source_database());
    const auto found = f.embedded({"data", "orphans", "--tables", "student_assessments,news"});
    EXPECT_EQ(found.exit, 3) << found.out << found.err;
    EXPECT_THAT(found.out, HasSubstr("1 row of table \"student_assessments\" joins two tenants"));
    EXPECT_THAT(found.out, HasSubstr("1 row of table \"news\" belongs to tenants that nobody knows"));
    EXPECT_THAT(found.out, HasSubstr("hint: "));
    EXPECT_THAT(found.err,
                HasSubstr("2 tables: 1 row of an unknown tenant, 1 row that points out of its tenant"));
    const auto json = f.embedded({"data", "orphans", "--modules", "conteudo", "--json"});
    EXPECT_EQ(json.exit, 3) << json.err;
    EXPECT_EQ(boost::json::parse(json.out).at("well"), false);
    EXPECT_EQ(f.embedded({"data", "orphans", "--tables", "nowhere"}).exit, 4);
}

TEST(surveys, nulls_that_a_city_would_refuse_are_found_over_http_and_let_in_by_the_statement)
{
    fleet f("nulls");
    f.start_scheduler();
    const auto city = f.source_database() + "_recife";
    servers().target.psql("CREATE DATABASE " + city);
    servers().target.psql(
        "CREATE TABLE news (id uuid PRIMARY KEY, city_id uuid, title text, summary text NOT NULL)", city);
    servers().source.psql("SET session_replication_role = replica; UPDATE news SET summary = NULL",
                          f.source_database());
    const auto found = f.cli({"data", "nulls", "--tenants", "recife,salvador", "--modules", "conteudo"});
    EXPECT_EQ(found.exit, 3) << found.out << found.err;
    EXPECT_THAT(found.out, HasSubstr("recife  news   summary"));
    EXPECT_THAT(found.out, HasSubstr("ALTER TABLE public.news ALTER COLUMN \"summary\" DROP NOT NULL;"));
    EXPECT_THAT(found.err, HasSubstr("1 city compared: 1 column would refuse "));
    EXPECT_THAT(found.err, HasSubstr("1 city has no database yet"));
    servers().target.psql("ALTER TABLE public.news ALTER COLUMN \"summary\" DROP NOT NULL", city);
    const auto relaxed = f.cli({"data", "nulls", "--tenants", "recife", "--json"});
    EXPECT_EQ(relaxed.exit, 0) << relaxed.out << relaxed.err;
    EXPECT_EQ(boost::json::parse(relaxed.out).at("well"), true);
    EXPECT_EQ(f.cli({"data", "nulls"}).exit, 2);
}

} // namespace
} // namespace tropeiro::test
