// What stands in the city against the receipts of its copy.
#include "tests/integration/worker/check/fixture.hpp"

namespace tropeiro::worker::check {
namespace {

constexpr auto receipts = model::job_kind::check_receipts;

TEST(check_receipts, rows_as_they_were_sent_are_the_same)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        const auto found = co_await city.check(receipts);
        const auto& line = found.at("people");
        EXPECT_EQ(line.verdict, "same");
        EXPECT_EQ(line.expected, 5000);
        EXPECT_EQ(line.found, 5000);
    }());
}

TEST(check_receipts, a_flipped_byte_is_found)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_city(
            "UPDATE people SET photo = set_byte(photo, 3, get_byte(photo, 3) # 1) WHERE id = 42");
        const auto found = co_await city.check(receipts);
        const auto& line = found.at("people");
        EXPECT_EQ(line.verdict, "differs");
        EXPECT_NE(line.note.find("another content"), std::string::npos) << line.note;
    }());
}

TEST(check_receipts, a_row_that_another_one_has_taken_the_place_of_is_found)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables("CREATE TABLE notes (body text)", "INSERT INTO notes VALUES ('a'), ('b')",
                                  of(notes()));
        co_await city.in_city("DELETE FROM notes WHERE body = 'a'; INSERT INTO notes VALUES ('b')");
        const auto found = co_await city.check(receipts);
        EXPECT_EQ(found.at("notes").verdict, "differs");
    }());
}

TEST(check_receipts, a_lost_row_and_a_table_that_is_gone_are_found)
{
    test::run([]() -> task<> {
        copied_city city;
        const auto schema = std::string(people_schema) + "; CREATE TABLE notes (body text)";
        co_await city.copy_tables(schema, people_rows, of(people(), notes()));
        co_await city.in_city("DELETE FROM people WHERE id = 42; DROP TABLE notes");
        const auto found = co_await city.check(receipts);
        EXPECT_EQ(found.at("people").verdict, "differs");
        EXPECT_EQ(found.at("people").found, 4999);
        EXPECT_EQ(found.at("notes").verdict, "differs");
        EXPECT_EQ(found.at("notes").note, "the table is not there");
    }());
}

TEST(check_receipts, a_merged_table_has_none)
{
    test::run([]() -> task<> {
        copied_city city;
        co_await city.copy_tables(people_schema, people_rows, of(people()));
        co_await city.in_city("UPDATE tropeiro.table_ledger SET merged = true");
        const auto found = co_await city.check(receipts);
        EXPECT_EQ(found.at("people").verdict, "unknown");
        EXPECT_NE(found.at("people").note.find("merged"), std::string::npos);
    }());
}

} // namespace
} // namespace tropeiro::worker::check
