#include "scheduler/plan/tenant_rows.hpp"
#include "tests/unit/scheduler/plan/path_schema.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

TEST(tenant_path, a_key_leads_to_the_table_that_has_the_column)
{
    schema s;
    const auto students = s.table("students", {"id", "city_id"});
    const auto grades = s.table("grades", {"id", "student_id"});
    s.key(grades, "of_student", {"student_id"}, students);
    EXPECT_EQ(s.path(grades), "student_id -> students.city_id");
    EXPECT_TRUE(s.find(grades).ties.empty());
    EXPECT_TRUE(s.find(grades).others.empty());
}

TEST(tenant_path, composite_keys_and_several_hops_are_followed_over_the_fewest_tables)
{
    schema s;
    const auto schools = s.table("schools", {"id", "city_id"});
    const auto districts = s.table("districts", {"id", "school_id"});
    const auto rooms = s.table("rooms", {"school", "number", "district_id"}, {"school", "number"});
    const auto lessons = s.table("lessons", {"id", "room_school", "room_number"});
    s.key(districts, "of_school", {"school_id"}, schools);
    s.key(rooms, "a_district", {"district_id"}, districts);
    s.key(rooms, "z_school", {"school"}, schools);
    s.key(lessons, "room", {"room_school", "room_number"}, rooms, {"school", "number"});
    EXPECT_EQ(s.path(lessons), "(room_school, room_number) -> rooms.school -> schools.city_id");
    const auto hops = s.find(lessons).path->hops();
    ASSERT_EQ(hops.size(), 2U);
    EXPECT_EQ(hops[0].to_columns, (names{"school", "number"}));
    EXPECT_FALSE(hops[0].partitioned);
}

TEST(tenant_path, keys_to_itself_and_circles_come_to_an_end)
{
    schema s;
    const auto a = s.table("a", {"id", "b_id", "parent_id?"});
    const auto b = s.table("b", {"id", "a_id"});
    s.key(a, "parent", {"parent_id"}, a);
    s.key(a, "to_b", {"b_id"}, b);
    s.key(b, "to_a", {"a_id"}, a);
    EXPECT_EQ(s.path(a), "");
    EXPECT_EQ(s.problem(a), "");
    const auto c = s.table("c", {"id", "city_id"});
    s.key(b, "to_c", {"a_id"}, c);
    EXPECT_EQ(s.path(a), "b_id -> b.a_id -> c.city_id");
    const auto others = s.find(a).others;
    ASSERT_EQ(others.size(), 1U);
    EXPECT_EQ(others[0].text(), "parent_id -> a.b_id -> b.a_id -> c.city_id")
        << "a row and its parent may be of two tenants";
}

TEST(tenant_path, among_equals_links_that_are_never_null_come_first_and_the_others_are_told)
{
    schema s;
    const auto people = s.table("people", {"id", "city_id"});
    const auto letters = s.table("letters", {"id", "author_id?", "owner_id", "reader_id"});
    s.key(letters, "a_author", {"author_id"}, people);
    s.key(letters, "z_owner", {"owner_id"}, people);
    s.key(letters, "z_reader", {"reader_id"}, people);
    s.key(letters, "again", {"reader_id"}, people);
    EXPECT_EQ(s.path(letters), "reader_id -> people.city_id") << "of two keys that are one the first";
    const auto found = s.find(letters);
    ASSERT_EQ(found.ties.size(), 2U);
    EXPECT_EQ(found.ties[0].rule, "via owner_id -> people");
    EXPECT_EQ(found.ties[0].where.name, "letters");
    EXPECT_EQ(found.ties[1].rule, "via author_id -> people");
    EXPECT_EQ(found.others.size(), 2U);
    s.rule("letters", "via author_id -> people");
    EXPECT_EQ(s.path(letters), "author_id -> people.city_id");
    EXPECT_TRUE(s.find(letters).ties.empty()) << "a rule was written";
}

TEST(tenant_path, rows_that_the_path_may_miss_have_other_ways_shorter_ones_first)
{
    schema s;
    const auto people = s.table("people", {"id", "city_id"});
    const auto clubs = s.table("clubs", {"id", "chair"});
    const auto files = s.table("files", {"id", "club_id?", "owner_id?", "reader_id?", "before_id?"});
    s.key(clubs, "chair", {"chair"}, people);
    s.key(files, "a_club", {"club_id"}, clubs);
    s.key(files, "b_owner", {"owner_id"}, people);
    s.key(files, "c_reader", {"reader_id"}, people);
    s.key(files, "before", {"before_id"}, files);
    s.key(files, "before_again", {"before_id"}, files);
    EXPECT_EQ(s.path(files), "owner_id -> people.city_id");
    EXPECT_EQ(s.otherwise(files), (names{"reader_id -> people.city_id",
                                         "club_id -> clubs.chair -> people.city_id", "before_id upwards"}));
    const auto pages = s.table("pages", {"id", "file_id"});
    s.key(pages, "file", {"file_id"}, files);
    EXPECT_EQ(s.otherwise(pages), (names{"file_id -> files.reader_id -> people.city_id",
                                         "file_id -> files.club_id -> clubs.chair -> people.city_id",
                                         "file_id -> files.before_id upwards"}));
    s.rule("files", "via reader_id -> people");
    EXPECT_EQ(s.path(files), "reader_id -> people.city_id");
    EXPECT_TRUE(s.otherwise(files).empty()) << "a rule is one way alone";
    EXPECT_TRUE(s.otherwise(pages).empty());
}

TEST(tenant_path, there_is_no_other_way_behind_one_that_reaches_every_row)
{
    schema s;
    const auto people = s.table("people", {"id", "city_id"});
    const auto clubs = s.table("clubs", {"id", "chair?"});
    const auto files = s.table("files", {"id", "owner_id", "club_id?", "before_id?"});
    s.key(clubs, "chair", {"chair"}, people);
    s.key(files, "club", {"club_id"}, clubs);
    s.key(files, "before", {"before_id"}, files);
    const auto sure = s.key(files, "owner", {"owner_id"}, people);
    EXPECT_TRUE(s.otherwise(files).empty());
    for (auto& key : s.source.constraints)
        if (key.id == sure) key.validated = false;
    EXPECT_EQ(s.otherwise(files), (names{"club_id -> clubs.chair -> people.city_id", "before_id upwards"}))
        << "what was never validated may lead nowhere";
}

TEST(tenant_path, another_way_must_end_in_the_same_type_at_tables_that_may_be_read)
{
    schema s;
    const auto people = s.table("people", {"id", "city_id"});
    const auto strangers = s.table("strangers", {"id", "city_uuid"});
    const auto secrets = s.table("secrets", {"id", "city_id"});
    const auto files = s.table("files", {"id", "owner_id?", "stranger_id?", "secret_id?"});
    s.key(files, "owner", {"owner_id"}, people);
    s.key(files, "secret", {"secret_id"}, secrets);
    s.key(files, "stranger", {"stranger_id"}, strangers);
    s.rule("strangers", "column city_uuid");
    EXPECT_EQ(s.otherwise(files), (names{"secret_id -> secrets.city_id"}));
    for (auto& table : s.source.tables)
        if (table.id == secrets) table.may_select = false;
    EXPECT_TRUE(s.otherwise(files).empty());
}

TEST(tenant_path, a_tie_behind_the_first_hop_names_the_table_whose_rule_decides)
{
    schema s;
    const auto people = s.table("people", {"id", "city_id"});
    const auto letters = s.table("letters", {"id", "author_id", "reader_id"});
    const auto stamps = s.table("stamps", {"id", "letter_id"});
    s.key(letters, "author", {"author_id"}, people);
    s.key(letters, "reader", {"reader_id"}, people);
    s.key(stamps, "letter", {"letter_id"}, letters);
    const auto found = s.find(stamps);
    ASSERT_EQ(found.ties.size(), 1U);
    EXPECT_EQ(found.ties[0].where.name, "letters");
    EXPECT_EQ(found.ties[0].rule, "via reader_id -> people");
    s.rule("letters", "via reader_id -> people");
    EXPECT_EQ(s.path(stamps), "letter_id -> letters.reader_id -> people.city_id");
}

TEST(tenant_path, rules_of_tables_on_the_way_are_kept)
{
    schema s;
    const auto regions = s.table("regions", {"id", "city_id"});
    const auto owners = s.table("owners", {"id", "town", "region_id"});
    const auto things = s.table("things", {"id", "owner_id"});
    s.key(owners, "region", {"region_id"}, regions);
    s.key(things, "owner", {"owner_id"}, owners);
    EXPECT_EQ(s.path(things), "owner_id -> owners.region_id -> regions.city_id");
    s.rule("owners", "column town");
    EXPECT_EQ(s.path(things), "owner_id -> owners.town");
    s.rule("owners", "shared");
    EXPECT_EQ(s.path(things), "") << "what is everybody's leads nowhere";
}

TEST(tenant_path, a_partition_has_its_table_s_keys_and_not_those_that_serve_postgres)
{
    schema s;
    const auto kind = pg::table_kind::partitioned;
    const auto cities = s.table("people", {"id", "city_id"}, {"id"}, {}, kind);
    const auto one = s.table("people_1", {"id", "city_id"}, {"id"}, {cities});
    const auto visits = s.table("visits", {"id", "person", "before?"}, {"id"}, {}, kind);
    const auto leaf = s.table("visits_1", {"id", "person", "before?"}, {"id"}, {visits});
    const auto whole = s.key(visits, "person", {"person"}, cities);
    s.key(visits, "a_person_1", {"person"}, one, {"id"}, whole);
    s.key(leaf, "person", {"person"}, cities, {"id"}, whole);
    const auto before = s.key(visits, "before", {"before"}, visits);
    s.key(leaf, "before", {"before"}, visits, {"id"}, before);
    for (const auto table : {visits, leaf}) {
        EXPECT_EQ(s.path(table), "person -> people.city_id");
        EXPECT_TRUE(s.find(table).path->hops()[0].partitioned);
        EXPECT_TRUE(s.find(table).ties.empty());
        EXPECT_EQ(s.find(table).others.size(), 1U) << "the visit before it";
    }
    s.rule("visits", "shared");
    const auto notes = s.table("notes", {"id", "visit"});
    s.key(notes, "visit", {"visit"}, leaf);
    EXPECT_EQ(s.path(notes), "") << "a partition has its table's rule";
}

TEST(tenant_path, a_rule_needs_no_foreign_key_where_the_other_side_is_unique)
{
    schema s;
    s.table("students", {"id", "city_id"});
    s.table("protocols", {"year", "number", "city_id"}, {"year", "number"});
    const auto notes = s.table("notes", {"id", "student_id", "year", "number"});
    s.rule("notes", "via student_id -> students");
    EXPECT_EQ(s.path(notes), "student_id -> students.city_id");
    EXPECT_EQ(s.find(notes).path->hops()[0].to_columns, names{"id"});
    s.rule("notes", "via number, year -> protocols");
    EXPECT_EQ(s.find(notes).path->hops()[0].to_columns, (names{"number", "year"}));
}

TEST(tenant_path, a_rule_takes_the_other_side_of_its_foreign_key_in_the_rule_s_order_or_the_key_s)
{
    schema s;
    const auto rooms = s.table("rooms", {"a", "b", "city_id"}, {"a", "b"});
    const auto lessons = s.table("lessons", {"id", "x", "y"});
    s.key(lessons, "room", {"x", "y"}, rooms, {"a", "b"});
    s.rule("lessons", "via y, x -> rooms");
    const auto hop = s.find(lessons).path->hops()[0];
    EXPECT_EQ(hop.from_columns, (names{"x", "y"}));
    EXPECT_EQ(hop.to_columns, (names{"a", "b"}));
}

TEST(tenant_path, a_rule_that_cannot_be_followed_says_why)
{
    schema s;
    s.table("students", {"id", "city_id", "code"});
    s.table("protocols", {"year", "number", "city_id"}, {"year", "number"});
    s.table("loose", {"id", "city_id"}, {});
    s.table("seen", {"id", "city_id"}, {}, {}, pg::table_kind::view);
    s.table("far", {"id"});
    const auto notes = s.table("notes", {"id", "student_id", "some_uuid"});
    const auto said = [&](const std::string& rule) {
        s.rule("notes", rule);
        EXPECT_FALSE(s.find(notes).path) << rule;
        return s.problem(notes);
    };
    EXPECT_EQ(said("via nobody -> students"),
              "table \"notes\": its tenant rule names column \"nobody\", which it does not have");
    EXPECT_EQ(
        said("via student_id -> studnts"),
        "table \"notes\": its tenant rule names table \"studnts\", which is not in the source database");
    EXPECT_EQ(said("via student_id -> seen"),
              "table \"notes\": its tenant rule leads to \"seen\", which is no table");
    EXPECT_EQ(said("via student_id -> protocols"),
              "table \"notes\": its tenant rule names (student_id), and rows of \"protocols\" are found by "
              "(year, number)");
    EXPECT_EQ(said("via student_id -> loose"),
              "table \"notes\": its tenant rule leads to columns of \"loose\" that are not unique");
    EXPECT_EQ(said("via some_uuid -> students"),
              "table \"notes\": its tenant rule compares column \"some_uuid\", which is uuid, with \"id\" of "
              "\"students\", which is bigint");
    EXPECT_EQ(said("via student_id -> far"), "") << "the rule is right and leads nowhere";
    EXPECT_FALSE(s.find(notes).path);
}

rows_choice choose(const schema& s, pg::oid table, rows_wanted wanted, const std::string& rule = {})
{
    const tenant_paths paths(s.source, {}, "city_id");
    rows_question q{s.source.find(table)->name, "educacao", {}, {}, table};
    if (!rule.empty()) q.rule = *model::parse_tenant_rule(rule);
    for (const auto& column : s.source.columns_of(table))
        q.columns.push_back(column.name);
    return choose_rows(q, wanted, "city_id", paths);
}

TEST(tenant_path, a_table_with_the_column_has_others_along_every_key_that_leads_to_a_tenant)
{
    schema s;
    const auto cities = s.table("towns", {"id", "name"});
    const auto schools = s.table("schools", {"id", "city_id"});
    const auto rooms = s.table("rooms", {"id", "school_id"});
    const auto students = s.table("students", {"id", "city_id", "school_id", "room_id?", "friend_id?"});
    s.key(students, "a_city", {"city_id"}, cities);
    s.key(students, "b_school", {"school_id"}, schools);
    s.key(rooms, "of_school", {"school_id"}, schools);
    s.key(students, "c_room", {"room_id"}, rooms);
    s.key(students, "d_friend", {"friend_id"}, students);
    const auto others = s.others_of_column(students, "city_id");
    EXPECT_EQ(others, (names{"school_id -> schools.city_id", "room_id -> rooms.school_id -> schools.city_id",
                             "friend_id -> students.city_id"}));
}

TEST(tenant_rows, a_table_without_the_column_is_told_apart_by_its_path)
{
    schema s;
    const auto students = s.table("students", {"id", "city_id"});
    const auto grades = s.table("grades", {"id", "student_id", "other"});
    s.key(grades, "student", {"student_id"}, students);
    auto own = choose(s, grades, rows_wanted::own);
    ASSERT_FALSE(own.problem);
    EXPECT_EQ(own.filter.kind, model::row_filter::kind_t::equals);
    EXPECT_EQ(own.filter.column, "city_id");
    own.filter.value = "7";
    EXPECT_EQ(describe(own), "student_id -> students.city_id = 7");
    EXPECT_EQ(describe(choose(s, grades, rows_wanted::legacy)), "all rows");
    EXPECT_EQ(describe(choose(s, grades, rows_wanted::legacy, "via student_id -> students")), "all rows");
    EXPECT_EQ(describe(choose(s, grades, rows_wanted::all)), "all rows");
    EXPECT_EQ(describe(choose(s, students, rows_wanted::own)), "city_id = ") << "its own column is nearer";
}

TEST(tenant_rows, a_rule_goes_before_the_table_s_own_column)
{
    schema s;
    const auto students = s.table("students", {"id", "city_id"});
    const auto grades = s.table("grades", {"id", "student_id", "city_id"});
    s.key(grades, "student", {"student_id"}, students);
    EXPECT_EQ(describe(choose(s, grades, rows_wanted::own, "via student_id -> students")),
              "student_id -> students.city_id = ");
    EXPECT_EQ(describe(choose(s, grades, rows_wanted::legacy, "via student_id -> students")),
              "student_id -> students.city_id IS NULL");
}

TEST(tenant_rows, a_rule_that_leads_nowhere_is_a_problem)
{
    schema s;
    s.table("far", {"id"});
    const auto notes = s.table("notes", {"id", "far_id"});
    const auto own = choose(s, notes, rows_wanted::own, "via far_id -> far");
    ASSERT_TRUE(own.problem);
    EXPECT_EQ(own.problem->what,
              "table \"notes\": its tenant rule leads to \"far\", and from there no foreign key leads "
              "to a table with column \"city_id\"");
    EXPECT_TRUE(choose(s, notes, rows_wanted::own, "via gone -> far").problem);
}

TEST(tenant_rows, shares_at_the_path_s_end_are_shares_of_the_table)
{
    pg::catalog_table table;
    table.row_estimate = 1000;
    const pg::tenant_statistics end{1, true, 100, 10, 2, {{"a", 60}, {"b", 30}}};
    const model::row_filter own{
        model::row_filter::kind_t::equals, "city_id", "a", {{{"public", "t"}, {"x"}, {"y"}}}};
    auto s = through_path(table, end, std::nullopt);
    EXPECT_EQ(estimate_rows(own, table, &s).rows, 600);
    EXPECT_EQ(estimate_rows(own, table, &s).share, 0.6);
    s = through_path(table, end, 50);
    EXPECT_EQ(estimate_rows(own, table, &s).rows, 30);
}

} // namespace
} // namespace tropeiro::scheduler::plan
