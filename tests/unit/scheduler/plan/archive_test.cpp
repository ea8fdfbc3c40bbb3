#include "scheduler/plan/archive_closure.hpp"
#include "scheduler/plan/function_mentions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

constexpr std::string_view listing = R"(;
; Archive created at 2026-11-21 03:21:03 UTC
;     dbname: src
;
;
; Selected TOC Entries:
;
90; 0 0 ENCODING - ENCODING 
91; 0 0 ACL - SCHEMA public pg_database_owner
;	depends on: 5
7; 2615 17525 SCHEMA - Odd schema postgres
2; 3079 17397 EXTENSION - hstore 
918; 1247 16486 TYPE public RedeSocial postgres
265; 1255 16506 FUNCTION public current_city_id() postgres
266; 1255 16507 FUNCTION public log_it() postgres
230; 1259 16600 SEQUENCE public numbers_seq postgres
216; 1259 17526 TABLE Odd schema Tábua x postgres
;	depends on: 7 2 918
220; 1259 17530 TABLE public profiles postgres
221; 1259 17531 TABLE public heir postgres
;	depends on: 220
92; 0 0 COMMENT Odd schema TABLE "Tábua x" postgres
;	depends on: 216
93; 0 0 COMMENT public TABLE profiles postgres
;	depends on: 220
94; 2620 17600 TRIGGER Odd schema Tábua x log postgres
;	depends on: 266 216
95; 3256 17601 POLICY Odd schema Tábua x own postgres
;	depends on: 216 265 216
96; 3256 17602 POLICY Odd schema Tábua x by_profile postgres
;	depends on: 216 220
97; 3256 17603 POLICY public profiles mine postgres
;	depends on: 220 216 265
98; 0 17526 ROW SECURITY Odd schema Tábua x postgres
;	depends on: 216
99; 1259 17700 INDEX Odd schema Tábua x_idx postgres
;	depends on: 216 265
100; 0 0 COMMENT Odd schema INDEX "Tábua x_idx" postgres
;	depends on: 99
101; 2606 17800 FK CONSTRAINT Odd schema Tábua x fk postgres
;	depends on: 216 220
)";

archive_contents archive()
{
    archive_contents a;
    a.entries = parse_toc(listing);
    const auto name = [&](pg::oid class_id, pg::oid object, std::string type, std::string identity) {
        a.names[{class_id, object}] = {std::move(type), std::move(identity)};
    };
    name(1259, 17526, "table", "\"Odd schema\".\"Tábua x\"");
    name(1259, 17530, "table", "public.profiles");
    name(1259, 16600, "sequence", "public.numbers_seq");
    name(1255, 16507, "function", "public.log_it()");
    for (const pg::oid trigger : {17600U})
        a.owning_tables[{2620, trigger}] = 17526;
    for (const pg::oid policy : {17601U, 17602U})
        a.owning_tables[{3256, policy}] = 17526;
    a.owning_tables[{3256, 17603}] = 17530;
    a.owning_tables[{1259, 17700}] = 17526;
    return a;
}

bool has(const archive_closure& c, int id) { return c.entries.count(id) > 0; }

TEST(archive_toc, types_of_several_words_names_with_spaces_and_dependencies_are_read)
{
    const auto entries = parse_toc(listing);
    ASSERT_EQ(entries.size(), 21U);
    const auto table =
        std::find_if(entries.begin(), entries.end(), [](const auto& e) { return e.id == 216; });
    EXPECT_EQ(table->type, "TABLE");
    EXPECT_EQ(table->words, "Odd schema Tábua x postgres");
    EXPECT_EQ(table->object, (pg::object_key{1259, 17526}));
    EXPECT_EQ(table->depends_on, (std::vector<int>{7, 2, 918}));
    EXPECT_EQ(table->line, "216; 1259 17526 TABLE Odd schema Tábua x postgres");
    EXPECT_EQ(entries.back().type, "FK CONSTRAINT");
    EXPECT_EQ(entries.front().type, "ENCODING");
}

TEST(archive_toc, a_line_that_is_no_entry_is_an_error)
{
    EXPECT_THROW(parse_toc("12; TABLE public x"), failure);
    EXPECT_TRUE(parse_toc("; nothing\n").empty());
}

TEST(archive_closure, a_table_brings_what_it_needs_and_what_hangs_on_it)
{
    const auto c = close_over(archive(), {17526});
    for (const int id : {216, 7, 2, 918, 92, 94, 266, 95, 265, 98, 99})
        EXPECT_TRUE(has(c, id)) << id;
    EXPECT_TRUE(has(c, 91)) << "grants on schema public go along";
    EXPECT_TRUE(c.blocked.empty());
}

TEST(archive_closure, what_needs_a_table_that_stays_behind_is_left_out_and_told)
{
    const auto c = close_over(archive(), {17526});
    ASSERT_EQ(c.left_out.size(), 1U);
    EXPECT_EQ(c.left_out[0].entry, 96);
    EXPECT_EQ(c.left_out[0].because, 220);
    for (const int id : {220, 93, 96, 97, 100, 101})
        EXPECT_FALSE(has(c, id)) << id;
}

TEST(archive_closure, a_table_that_cannot_be_without_another_is_blocked)
{
    const auto c = close_over(archive(), {17531});
    ASSERT_EQ(c.blocked.size(), 1U);
    EXPECT_EQ(c.blocked[0].entry, 221);
    EXPECT_EQ(c.blocked[0].because, 220);
}

TEST(archive_closure, what_a_function_names_in_its_body_goes_along_and_tables_are_told)
{
    auto a = archive();
    a.function_bodies[16507] =
        "BEGIN INSERT INTO public.profiles VALUES (nextval('numbers_seq')); RETURN NEW; END";
    const auto c = close_over(a, {17526});
    EXPECT_TRUE(has(c, 230));
    ASSERT_EQ(c.mentions.size(), 1U);
    EXPECT_EQ(c.mentions[0].function, 266);
    EXPECT_EQ(c.mentions[0].table, 220);
    EXPECT_FALSE(has(close_over(archive(), {17526}), 230));
}

TEST(function_mentions, names_are_told_by_where_they_stand)
{
    const auto names = mentioned_names(
        R"(SELECT "Odd"."Tábua ""x""".id, f (1), 'x'::public.color FROM  orders o JOIN only_this)");
    const auto find = [&](const std::string& name) {
        const auto at =
            std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.name.name == name; });
        return at == names.end() ? mentioned_name{} : *at;
    };
    EXPECT_TRUE(find("f").called);
    EXPECT_FALSE(find("f").as_type);
    EXPECT_TRUE(find("color").as_type);
    EXPECT_EQ(find("color").name.schema, "public");
    EXPECT_TRUE(find("orders").as_table);
    EXPECT_FALSE(find("o").as_table);
    EXPECT_EQ(find("id").name.schema, "Tábua \"x\"");
    EXPECT_TRUE(find("only_this").as_table);
}

TEST(function_mentions, an_unfinished_quote_ends_with_the_text)
{
    EXPECT_EQ(mentioned_names("\"abc").at(0).name.name, "abc");
    EXPECT_TRUE(mentioned_names("").empty());
    EXPECT_EQ(mentioned_names("a.").size(), 1U);
    EXPECT_EQ(mentioned_names("::").size(), 0U);
}

} // namespace
} // namespace tropeiro::scheduler::plan
