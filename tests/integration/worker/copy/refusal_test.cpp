// Rows that the target refuses, by everything with which a PostgreSQL can refuse one.
#include "tests/integration/worker/copy/refusing_target.hpp"

#include <algorithm>
#include <cstring>

namespace tropeiro::worker::copy {
namespace {

using test::run;
using testing::HasSubstr;
using testing::Not;

/// One way to refuse a row.
struct refusal {
    const char* what;
    const char* source_sql;
    const char* target_sql;
    const char* bad;
    const char* sqlstate;
    const char* says;
};

const std::vector<refusal>& refusals()
{
    static const std::vector<refusal> all{
        {"not null", "UPDATE people SET notes = NULL WHERE id IN (700, 701)",
         "ALTER TABLE people ALTER notes SET NOT NULL", "700,701", "23502", "column notes"},
        {"check", "", "ALTER TABLE people ADD CONSTRAINT no_such CHECK (id NOT IN (1, 1300))", "1,1300",
         "23514", "no_such"},
        {"domain", "",
         "CREATE DOMAIN short AS text CHECK (value <> 'name 999'); ALTER TABLE people ALTER name TYPE short",
         "999", "23514", "short"},
        {"trigger", "",
         "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 1499 THEN "
         "RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$;"
         "CREATE TRIGGER refuse BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION refuse()",
         "1499", "P0001", "not this one"},
        {"trigger after the statement", "",
         "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM "
         "people "
         "WHERE id = 1500) THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NULL; END $$;"
         "CREATE TRIGGER refuse AFTER INSERT ON people FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
         "1500", "P0001", "not this one"},
        {"unique index", "UPDATE people SET name = 'name 3' WHERE id = 1200",
         "CREATE UNIQUE INDEX one_name ON people (name)", "1200", "23505", "one_name"},
        {"deferred constraint", "UPDATE people SET name = 'name 3' WHERE id = 1200",
         "ALTER TABLE people ADD CONSTRAINT one_name UNIQUE (name) DEFERRABLE INITIALLY DEFERRED", "1200",
         "23505", "one_name"},
        {"foreign key", "",
         "CREATE TABLE known (id bigint PRIMARY KEY); INSERT INTO known SELECT generate_series(1, 1999);"
         "ALTER TABLE people ADD CONSTRAINT of_known FOREIGN KEY (id) REFERENCES known",
         "2000", "23503", "of_known"},
        {"index row too large",
         "UPDATE people SET notes = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i) "
         "WHERE id = 42",
         "CREATE INDEX by_notes ON people (notes)", "42", "54000", "index row requires"},
    };
    return all;
}

TEST(refusal, whatever_refuses_it_goes_into_quarantine_and_all_others_arrive)
{
    run([]() -> task<> {
        for (const auto format : {model::copy_format::binary, model::copy_format::text})
            for (const auto& one : refusals()) {
                SCOPED_TRACE(one.what);
                refusing_target db;
                co_await db.prepare_with(2000, one.source_sql, one.target_sql);
                auto item = people();
                item.format = format;
                const auto state = co_await db.sift(item, small_batches());
                EXPECT_TRUE(state.done);
                co_await db.expect_the_rest(one.bad);
                const auto states = co_await db.sqlstates();
                EXPECT_EQ(states, one.sqlstate);
                EXPECT_EQ(state.quarantined, std::count(one.bad, one.bad + std::strlen(one.bad), ',') + 1);
                EXPECT_EQ(state.rows, 2000 - state.quarantined)
                    << "a receipt does not count what is not there";
            }
    });
}

TEST(refusal, by_default_ends_the_job_with_an_error_that_names_it_and_the_rows_before_it_are_there)
{
    run([]() -> task<> {
        for (const auto& one : refusals()) {
            SCOPED_TRACE(one.what);
            refusing_target db;
            co_await db.prepare_with(2000, one.source_sql, one.target_sql);
            const auto said = co_await db.said(people(), small_batches(model::bad_rows::fail));
            const auto first = std::string(one.bad).substr(0, std::string(one.bad).find(','));
            EXPECT_THAT(said, HasSubstr("table people: the row with id = " + first));
            EXPECT_THAT(said, HasSubstr(one.says));
            EXPECT_THAT(said, HasSubstr(fmt::format("[{}]", one.sqlstate)));
            EXPECT_THAT(said, HasSubstr("--on-bad-row quarantine"));
            EXPECT_THAT(said, Not(HasSubstr("Failing row"))) << "no values but the key's";
            const auto there = co_await db.ask(db.target, "SELECT count(*) FROM people");
            const auto before = co_await db.ask(
                db.source,
                fmt::format(
                    "SELECT count(*) FROM people WHERE ctid < (SELECT ctid FROM people WHERE id = {})",
                    first));
            EXPECT_EQ(there, before);
        }
    });
}

TEST(refusal, a_narrower_number_is_found_in_text_and_a_wrong_width_in_binary_is_the_tables_fault)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(2000, "UPDATE people SET id = 5000000000 WHERE id = 1234",
                                 "ALTER TABLE people ALTER id TYPE integer");
        auto item = people();
        item.format = model::copy_format::text;
        const auto state = co_await db.sift(item, small_batches());
        EXPECT_EQ(state.quarantined, 1);
        co_await db.expect_the_rest("5000000000");
        const auto row = co_await db.ask(db.target, "SELECT row ->> 'name' FROM tropeiro.quarantined_row");
        EXPECT_EQ(row, "name 1234");

        refusing_target other;
        co_await other.prepare_with(2000, "", "ALTER TABLE people ALTER id TYPE integer");
        auto options = small_batches();
        options.most_bad_rows = 20;
        const auto said = co_await other.said(people(), options);
        EXPECT_THAT(said, HasSubstr("20 refused rows are in quarantine already"));
        EXPECT_THAT(said, HasSubstr("copy.most_bad_rows"));
        const auto there = co_await other.ask(other.target, "SELECT count(*) FROM people");
        EXPECT_EQ(there, "0");
    });
}

TEST(refusal, a_character_that_the_targets_encoding_lacks_is_quarantined_by_its_number)
{
    run([]() -> task<> {
        refusing_target db;
        const auto name = test::unique_name("latin");
        auto admin = co_await pg::connection::open(db.target);
        co_await admin.execute(fmt::format(
            "CREATE DATABASE {} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", name));
        db.target = db.target.with_database(name);
        co_await db.prepare_with(600, "UPDATE people SET name = '5 € à' WHERE id = 300", "");
        for (const auto format : {model::copy_format::binary, model::copy_format::text}) {
            auto item = people();
            item.format = format;
            auto options = small_batches();
            options.copy.on_existing = model::existing_rows::truncate;
            fresh_access access(db, claim_number(1, 1, format == model::copy_format::text ? 2 : 1));
            const auto state = co_await db.sift(access, item, options);
            EXPECT_EQ(state.quarantined, 1);
            co_await db.expect_the_rest("300");
            const auto row =
                co_await db.ask(db.target, "SELECT row ->> 'name' FROM tropeiro.quarantined_row");
            EXPECT_EQ(row, R"(5 \u20ac \u00e0)");
        }
    });
}

TEST(refusal, json_that_jsonb_cannot_hold_is_quarantined_as_its_text)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(100,
                                 "ALTER TABLE people ALTER notes TYPE json USING '{}'::json;"
                                 "UPDATE people SET notes = '{\"a\": \"\\u0000\"}' WHERE id = 50",
                                 "ALTER TABLE people ALTER notes TYPE jsonb USING '{}'::jsonb");
        auto item = people();
        item.format = model::copy_format::text;
        const auto state = co_await db.sift(item, small_batches());
        EXPECT_EQ(state.quarantined, 1);
        const auto row = co_await db.ask(db.target, "SELECT row ->> 'notes' FROM tropeiro.quarantined_row");
        EXPECT_EQ(row, "{\"a\": \"\\u0000\"}");
    });
}

TEST(refusal, large_values_are_cut_in_the_quarantine_and_say_so)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(20, "UPDATE people SET notes = repeat('x', 30000000) WHERE id IN (10, 11)",
                                 "ALTER TABLE people ADD CHECK (id <> 11)");
        const auto state = co_await db.sift(people(), small_batches());
        EXPECT_TRUE(state.done);
        co_await db.expect_the_rest("11");
        const auto kept = co_await db.ask(
            db.target,
            "SELECT length(row ->> 'notes') || right(row ->> 'notes', 17) FROM tropeiro.quarantined_row");
        EXPECT_EQ(kept, "1048593 (cut at 1048576)");
    });
}

TEST(refusal, without_a_primary_key_its_place_names_it)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(500, "ALTER TABLE people DROP CONSTRAINT people_pkey",
                                 "ALTER TABLE people ADD CHECK (id <> 400)");
        const auto place = co_await db.ask(db.source, "SELECT ctid FROM people WHERE id = 400");
        const auto said = co_await db.said(people(), small_batches(model::bad_rows::fail));
        EXPECT_THAT(said, HasSubstr("the row with ctid = " + place));
        co_await db.sift(people(), small_batches(), 2);
        const auto key = co_await db.ask(db.target, "SELECT key ->> 'ctid' FROM tropeiro.quarantined_row");
        EXPECT_EQ(key, place);
    });
}

} // namespace
} // namespace tropeiro::worker::copy
