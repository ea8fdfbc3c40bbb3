#include "worker/copy/copy_sql.hpp"

#include <gtest/gtest.h>

namespace tropeiro::worker::copy {
namespace {

model::copy_item item()
{
    model::copy_item item;
    item.table = {"public", "Odd \"one\""};
    item.columns = {"id", "ação"};
    item.filter = {model::row_filter::kind_t::equals, "city_id", "o'b"};
    item.blocks = {10, 20};
    return item;
}

TEST(copy_sql, a_part_is_its_blocks_and_its_tenant)
{
    EXPECT_EQ(copy_out_sql(item(), ""),
              R"(COPY (SELECT t.ctid, t."id", t."ação" FROM ONLY "public"."Odd ""one""" t )"
              R"(WHERE t.ctid >= '(10,0)'::tid AND t.ctid < '(20,0)'::tid AND t."city_id" = 'o''b') )"
              R"(TO STDOUT (FORMAT binary))");
}

TEST(copy_sql, a_resumed_part_begins_behind_its_last_row)
{
    const auto sql = copy_out_sql(item(), "(12,3)");
    EXPECT_NE(sql.find("t.ctid > '(12,3)'::tid AND t.ctid < '(20,0)'::tid"), std::string::npos) << sql;
    EXPECT_EQ(sql.find("(10,0)"), std::string::npos) << sql;
}

TEST(copy_sql, the_last_part_has_no_end)
{
    auto last = item();
    last.blocks.end_block.reset();
    EXPECT_EQ(copy_out_sql(last, "").find("ctid <"), std::string::npos);
}

TEST(copy_sql, legacy_rows_have_no_tenant_and_all_rows_any)
{
    auto legacy = item();
    legacy.filter.kind = model::row_filter::kind_t::legacy;
    EXPECT_NE(copy_out_sql(legacy, "").find(R"(t."city_id" IS NULL)"), std::string::npos);
    auto all = item();
    all.filter.kind = model::row_filter::kind_t::all;
    EXPECT_EQ(copy_out_sql(all, "").find("city_id"), std::string::npos);
}

TEST(copy_sql, a_pass_sends_the_key_once)
{
    auto one = item();
    one.columns = {"id", "city_id", "ação"};
    const auto sql = copy_pass_sql({one, one}, "");
    EXPECT_TRUE(sql.starts_with(R"(COPY (SELECT t.ctid, t."id", t."city_id", t."ação" FROM)")) << sql;
    EXPECT_EQ(key_of_pass(one).kind, rows::key_field::kind_t::column);
    EXPECT_EQ(key_of_pass(one).column, 1U);
    // A generated column is not copied: its value comes in front.
    const auto generated = copy_pass_sql({item(), item()}, "");
    EXPECT_TRUE(generated.starts_with(R"(COPY (SELECT t."city_id", t.ctid, t."id", t."ação" FROM)"))
        << generated;
    EXPECT_EQ(key_of_pass(item()).kind, rows::key_field::kind_t::in_front);
}

model::copy_item linked()
{
    auto of = item();
    of.filter.path = {{{"public", "grades"}, {"year", "grade"}, {"year", "no"}, true},
                      {{"other", "students"}, {"student_id"}, {"id"}, false}};
    return of;
}

TEST(copy_sql, a_tenant_is_looked_up_along_its_path_row_by_row)
{
    EXPECT_EQ(
        copy_out_sql(linked(), ""),
        R"(COPY (SELECT x.place, x.c1, x.c2 FROM (SELECT w1.k, t.ctid, t."id", t."ação" )"
        R"(FROM ONLY "public"."Odd ""one""" t LEFT JOIN LATERAL (SELECT true AS there, p2."city_id" AS k )"
        R"(FROM "public"."grades" p1 JOIN ONLY "other"."students" p2 ON p2."id" = p1."student_id" )"
        R"(WHERE p1."year" = t."year" AND p1."no" = t."grade" OFFSET 0) w1 ON true )"
        R"(WHERE t.ctid >= '(10,0)'::tid AND t.ctid < '(20,0)'::tid OFFSET 0) x (k, place, c1, c2) )"
        R"(WHERE x.k = 'o''b') TO STDOUT (FORMAT binary))");
}

TEST(copy_sql, a_row_that_the_path_does_not_reach_is_looked_up_along_the_next_way)
{
    auto of = linked();
    of.filter.otherwise = {{{{{"public", "teachers"}, {"teacher_id"}, {"id"}, false}}, "town", false},
                           {{{{"public", "odd"}, {"up", "up2"}, {"year", "no"}, false}}, {}, true}};
    const auto sql = copy_out_sql(of, "");
    EXPECT_TRUE(
        sql.starts_with("COPY (SELECT x.place, x.c1, x.c2 FROM (SELECT coalesce(w1.k, w2.k, w3.k), t.ctid, "))
        << sql;
    EXPECT_NE(
        sql.find(
            R"( LEFT JOIN LATERAL (SELECT true AS there, p1."town" AS k FROM ONLY "public"."teachers" p1 )"
            R"(WHERE p1."id" = t."teacher_id" AND w1.there IS NULL OFFSET 0) w2 ON true)"),
        std::string::npos)
        << sql;
    EXPECT_NE(
        sql.find(R"((WITH RECURSIVE up (n, a1, a2) AS (SELECT 1, t."up", t."up2" WHERE w1.there IS NULL AND )"
                 R"(w2.there IS NULL UNION ALL SELECT up.n + 1, c."up", c."up2" FROM up )"
                 R"(JOIN ONLY "public"."odd" c ON c."year" = up."a1" AND c."no" = up."a2" )"),
        std::string::npos)
        << sql;
    EXPECT_NE(sql.find("WHERE (u1.there OR u2.there) ORDER BY up.n LIMIT 1) w3 ON true"), std::string::npos)
        << sql;
    of.filter.otherwise = {
        {{of.filter.path.front(), {{"public", "grades"}, {"up"}, {"no"}, false}}, {}, true}};
    const auto inner = copy_out_sql(of, "");
    EXPECT_NE(
        inner.find(
            R"(SELECT 1, p1."up" FROM "public"."grades" p1 WHERE p1."year" = t."year" AND )"
            R"(p1."no" = t."grade" AND w1.there IS NULL UNION ALL SELECT up.n + 1, c."up" FROM up )"
            R"(JOIN ONLY "public"."grades" c ON c."no" = up."a1" WHERE up.n < 1000 AND (c."up") IS )"
            R"(DISTINCT FROM (up."a1")) SELECT true AS there, u1.k AS k FROM up JOIN ONLY "public"."grades" c ON c."no" = up."a1" LEFT JOIN )"
            R"(LATERAL (SELECT true AS there, p1."city_id" AS k FROM ONLY "other"."students" p1 )"
            R"(WHERE p1."id" = c."student_id" OFFSET 0) u1 ON true WHERE (u1.there) ORDER BY up.n)"),
        std::string::npos)
        << inner;
}

TEST(copy_sql, a_pass_along_a_path_has_the_key_in_front)
{
    auto other = linked();
    other.filter.value = "b";
    const auto sql = copy_pass_sql({linked(), other}, "(12,3)");
    EXPECT_TRUE(sql.starts_with("COPY (SELECT x.k, x.place, x.c1, x.c2 FROM (SELECT w1.k, t.ctid, ")) << sql;
    EXPECT_NE(sql.find("t.ctid > '(12,3)'::tid"), std::string::npos) << sql;
    EXPECT_NE(sql.find("WHERE x.k IN ('o''b', 'b')) TO STDOUT"), std::string::npos) << sql;
}

TEST(copy_sql, a_path_works_without_places_and_for_rows_without_a_tenant)
{
    auto legacy = linked();
    legacy.by_ctid = false;
    legacy.filter.kind = model::row_filter::kind_t::legacy;
    const auto sql = copy_out_sql(legacy, "");
    EXPECT_EQ(sql.find("ctid"), std::string::npos) << sql;
    EXPECT_NE(sql.find("COPY (SELECT x.c1, x.c2 FROM (SELECT w1.k, t.\"id\""), std::string::npos) << sql;
    EXPECT_NE(sql.find("x (k, c1, c2) WHERE x.k IS NULL)"), std::string::npos) << sql;
}

TEST(copy_sql, what_has_no_places_is_read_without_them)
{
    auto view = item();
    view.by_ctid = false;
    view.format = model::copy_format::text;
    const auto sql = copy_out_sql(view, "");
    EXPECT_EQ(sql.find("ctid"), std::string::npos) << sql;
    EXPECT_NE(sql.find("(FORMAT text)"), std::string::npos) << sql;
}

TEST(copy_sql, the_target_names_its_columns)
{
    EXPECT_EQ(copy_in_sql(item(), false),
              R"(COPY "public"."Odd ""one""" ("id", "ação") FROM STDIN (FORMAT binary))");
    EXPECT_EQ(copy_in_sql(item(), true),
              R"(COPY pg_temp.tropeiro_stage ("id", "ação") FROM STDIN (FORMAT binary))");
}

} // namespace
} // namespace tropeiro::worker::copy
