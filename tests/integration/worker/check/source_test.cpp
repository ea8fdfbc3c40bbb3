// What stands in the city against the source, each hashed by its own server, and the repair of what differs.
#include "tests/integration/worker/check/fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tropeiro::worker::check {
namespace {

constexpr auto receipts = model::job_kind::check_receipts;
constexpr auto source = model::job_kind::check_source;

model::copy_item classes() { return copied_city::item("classes", {"id", "school_id"}); }
model::copy_item schools() { return copied_city::item("schools", {"id", "name"}); }

bool names(const found_line& line, std::string_view what, std::string_view row)
{
    const auto examples = boost::json::parse(line.examples);
    for (const auto& example : examples.as_array())
        if (example.at("what").as_string() == what && example.at("row").as_string() == row) return true;
    return false;
}

TEST(check_source, rows_that_are_alike_are_the_same_whatever_other_cities_have)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_source(
            "INSERT INTO people SELECT n, 8, 'olinda' FROM generate_series(6000, 6100) n");
        const auto found = co_await city.check(source);
        const auto& line = found.at("people");
        EXPECT_EQ(line.verdict, "same");
        EXPECT_EQ(line.expected, 5000);
        EXPECT_EQ(line.found, 5000);
    }());
}

constexpr auto damage = "UPDATE people SET photo = set_byte(photo, 3, get_byte(photo, 3) # 1) WHERE id = 42; "
                        "DELETE FROM people WHERE id IN (7, 8); "
                        "INSERT INTO people (id, city_id, name) VALUES (9001, 7, 'new')";

TEST(check_source, names_the_flipped_byte_the_lost_rows_and_the_row_that_only_the_city_has)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_city(damage);
        const auto found = co_await city.check(source);
        const auto& line = found.at("people");
        EXPECT_EQ(line.verdict, "differs");
        EXPECT_EQ(line.differing, 1);
        EXPECT_EQ(line.missing, 2);
        EXPECT_EQ(line.extra, 1);
        EXPECT_EQ(line.doubled, 0);
        EXPECT_TRUE(names(line, "differing", "(id) = (42)")) << line.examples;
        EXPECT_TRUE(names(line, "missing", "(id) = (7)")) << line.examples;
        EXPECT_TRUE(names(line, "missing", "(id) = (8)")) << line.examples;
        EXPECT_TRUE(names(line, "extra", "(id) = (9001)")) << line.examples;
    }());
}

TEST(check_source, repairs_what_differs_and_leaves_the_citys_own_rows_alone)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_city(damage);
        const auto found = co_await city.check(source, true);
        const auto& line = found.at("people");
        EXPECT_EQ(line.repaired, 3);
        EXPECT_EQ(line.verdict, "differs");
        EXPECT_EQ(line.note, "rows that only the city has are left alone");
        const auto again = co_await city.check(source);
        EXPECT_EQ(again.at("people").extra, 1);
        EXPECT_EQ(again.at("people").missing + again.at("people").differing, 0);
        const auto receipt = co_await city.check(receipts);
        EXPECT_EQ(receipt.at("people").verdict, "differs") << "the city's own row was not brought";
    }());
}

TEST(check_source, rows_in_quarantine_leave_it_when_a_repair_finds_them_or_brings_them)
{
    test::run([]() -> task<> {
        for (const auto& [there, has_own] : std::vector<std::pair<std::string, bool>>{
                 {"id = 7", true}, {"false", true}, {"id = 7", false}, {"false", false}}) {
            SCOPED_TRACE(there + (has_own ? ", with a row of its own" : ""));
            copied_city city;
            co_await city.copy_tables(people_schema, people_rows, of(people()));
            auto sql = fmt::format(
                "DELETE FROM people WHERE {};"
                "UPDATE tropeiro.copy_ledger SET quarantined = 1, rows = rows - 1; "
                "INSERT INTO tropeiro.quarantined_row (rollout_id, schema_name, table_name, part, place, "
                "key, row, "
                "sqlstate, error) VALUES (1, 'public', 'people', 0, '(0,7)', '{{}}', '{{}}', '23514', 'no')",
                there);
            co_await city.in_city(std::move(sql));
            if (has_own) co_await city.in_city("UPDATE people SET id = -1 WHERE id = 9");
            const auto looked = co_await city.check(source);
            EXPECT_THAT(looked.at("people").note, testing::HasSubstr("1 row was refused"));
            const auto found = co_await city.check(source, true);
            EXPECT_EQ(found.at("people").note, has_own ? "rows that only the city has are left alone" : "");
            const auto receipt = co_await city.check(receipts);
            EXPECT_EQ(receipt.at("people").verdict, has_own ? "differs" : "same")
                << receipt.at("people").note;
            const auto left = co_await city.ask_city(
                "SELECT count(*) || ' ' || (SELECT sum(quarantined) FROM tropeiro.copy_ledger) "
                "FROM tropeiro.quarantined_row");
            EXPECT_EQ(left, "0 0");
            if (!has_own) continue;
            co_await city.in_city("DELETE FROM people WHERE id = -1");
            const auto again = co_await city.check(source, true);
            EXPECT_EQ(again.at("people").verdict, "same");
            const auto receipt_again = co_await city.check(receipts);
            EXPECT_EQ(receipt_again.at("people").verdict, "same") << receipt_again.at("people").note;
        }
    }());
}

TEST(check_source, a_repaired_table_is_as_the_source)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_city(
            "DELETE FROM people WHERE id % 2 = 0; UPDATE people SET weight = weight + 1 WHERE id < 100");
        const auto found = co_await city.check(source, true);
        EXPECT_EQ(found.at("people").verdict, "repaired") << found.at("people").note;
        EXPECT_EQ(found.at("people").repaired, 2550);
        const auto again = co_await city.check(source);
        EXPECT_EQ(again.at("people").verdict, "same");
        const auto receipt = co_await city.check(receipts);
        EXPECT_EQ(receipt.at("people").verdict, "same") << receipt.at("people").note;
    }());
}

TEST(check_source, triggers_of_the_table_do_not_see_a_repair_and_come_back_as_they_were)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_city(
            "CREATE TABLE seen (id integer); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN "
            "INSERT INTO seen VALUES (NEW.id); RETURN NEW; END $$; "
            "CREATE TRIGGER usual BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION note(); "
            "CREATE TRIGGER always BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION note(); "
            "CREATE TRIGGER never BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION note(); "
            "ALTER TABLE people ENABLE ALWAYS TRIGGER always; ALTER TABLE people DISABLE TRIGGER never; "
            "DELETE FROM people WHERE id = 7");
        const auto found = co_await city.check(source, true);
        EXPECT_EQ(found.at("people").verdict, "repaired");
        const auto said = co_await city.ask_city("SELECT count(*)::text FROM seen");
        EXPECT_EQ(said, "0");
        const auto modes = co_await city.ask_city(
            "SELECT string_agg(tgname || ' ' || tgenabled::text, ', ' ORDER BY tgname) "
            "FROM pg_trigger WHERE NOT tgisinternal");
        EXPECT_EQ(modes, "always A, never D, usual O");
    }());
}

TEST(check_source, a_doubled_row_of_a_table_without_a_key_is_named_and_taken_away)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables("CREATE TABLE notes (body text)",
                                  "INSERT INTO notes SELECT 'note ' || n % 50 FROM generate_series(1, 100) n",
                                  of(notes()));
        co_await city.in_city(
            "INSERT INTO notes VALUES ('note 3'); DELETE FROM notes WHERE ctid = (SELECT min(ctid) FROM "
            "notes WHERE body = 'note 4'); INSERT INTO notes VALUES ('own')");
        const auto found = co_await city.check(source, true);
        const auto& line = found.at("notes");
        EXPECT_EQ(line.doubled, 1);
        EXPECT_EQ(line.missing, 1);
        EXPECT_EQ(line.extra, 1);
        EXPECT_TRUE(names(line, "doubled", "(\"note 3\")")) << line.examples;
        EXPECT_TRUE(names(line, "missing", "(\"note 4\")")) << line.examples;
        EXPECT_EQ(line.repaired, 2);
        const auto said = co_await city.ask_city("SELECT count(*) || ' ' || count(DISTINCT body) FROM notes");
        EXPECT_EQ(said, "101 51");
    }());
}

TEST(check_source, rows_whose_city_stands_in_another_table_are_compared_and_repaired)
{
    test::run([]() -> task<> {
        copied_city city;
        auto grades = copied_city::item("classes", {"id", "school_id"});
        grades.filter = {model::row_filter::kind_t::equals, "city_id", "7", {}};
        grades.filter.path.push_back({{"public", "schools"}, {"school_id"}, {"id"}, false});
        co_await city.copy_tables("CREATE TABLE schools (id integer PRIMARY KEY, city_id integer); "
                                  "CREATE TABLE classes (id integer PRIMARY KEY, school_id integer)",
                                  "INSERT INTO schools SELECT n, 7 FROM generate_series(1, 10) n; "
                                  "INSERT INTO classes SELECT n, n % 10 + 1 FROM generate_series(1, 100) n",
                                  of(grades));
        co_await city.in_source("INSERT INTO schools VALUES (11, 8); INSERT INTO classes VALUES (101, 11)");
        co_await city.in_city("DELETE FROM classes WHERE id = 3");
        const auto found = co_await city.check(source, true);
        EXPECT_EQ(found.at("classes").verdict, "repaired") << found.at("classes").note;
        EXPECT_EQ(found.at("classes").expected, 100);
        EXPECT_EQ(found.at("classes").repaired, 1);
    }());
}

TEST(check_source, rows_that_refer_to_rows_that_are_missing_too_are_repaired_after_them)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(
            "CREATE TABLE schools (id integer PRIMARY KEY, name json); "
            "CREATE TABLE classes (id integer PRIMARY KEY, school_id integer NOT NULL REFERENCES schools)",
            "INSERT INTO schools SELECT n, '{\"a\": 1}' FROM generate_series(1, 10) n; "
            "INSERT INTO classes SELECT n, n % 10 + 1 FROM generate_series(1, 100) n",
            of(classes(), schools()));
        co_await city.in_city("DELETE FROM classes WHERE school_id = 5; DELETE FROM schools WHERE id = 5");
        const auto found = co_await city.check(source, true);
        EXPECT_EQ(found.at("classes").verdict, "repaired") << found.at("classes").note;
        EXPECT_EQ(found.at("schools").verdict, "repaired") << found.at("schools").note;
        const auto said = co_await city.ask_city("SELECT count(*)::text FROM classes");
        EXPECT_EQ(said, "100");
    }());
}

TEST(check_source, a_row_that_the_city_refuses_keeps_no_other_table_from_its_repair)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables("CREATE TABLE classes (id integer PRIMARY KEY, school_id integer); "
                                  "CREATE TABLE notes (body text)",
                                  "INSERT INTO classes SELECT n, n FROM generate_series(1, 10) n; "
                                  "INSERT INTO notes VALUES ('a')",
                                  of(classes(), notes()));
        co_await city.in_city("DELETE FROM classes WHERE id = 3; DELETE FROM notes; "
                              "ALTER TABLE classes ADD CHECK (school_id <> 3)");
        const auto found = co_await city.check(source, true);
        EXPECT_EQ(found.at("classes").verdict, "differs");
        EXPECT_EQ(found.at("classes").missing, 1);
        EXPECT_NE(found.at("classes").note.find("check constraint"), std::string::npos)
            << found.at("classes").note;
        EXPECT_EQ(found.at("notes").verdict, "repaired");
    }());
}

TEST(check_source, a_repair_that_a_foreign_key_forbids_is_told)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables("CREATE TABLE classes (id integer PRIMARY KEY, school_id integer)",
                                  "INSERT INTO classes SELECT n, n FROM generate_series(1, 10) n",
                                  of(classes()));
        co_await city.in_city("CREATE TABLE schools (id integer PRIMARY KEY); INSERT INTO schools SELECT "
                              "generate_series(1, 9); "
                              "DELETE FROM classes WHERE id = 10; "
                              "ALTER TABLE classes ADD FOREIGN KEY (school_id) REFERENCES schools");
        const auto found = co_await city.check(source, true);
        EXPECT_EQ(found.at("classes").verdict, "differs");
        EXPECT_NE(found.at("classes").note.find("could not be repaired"), std::string::npos)
            << found.at("classes").note;
        const auto said = co_await city.ask_city("SELECT count(*)::text FROM classes");
        EXPECT_EQ(said, "9");
    }());
}

} // namespace
} // namespace tropeiro::worker::check
