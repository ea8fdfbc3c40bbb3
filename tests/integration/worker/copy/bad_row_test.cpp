// The search for refused rows amid parts, other tenants, other claims and other trouble.
#include "tests/integration/worker/copy/refusing_target.hpp"

namespace tropeiro::worker::copy {
namespace {

using test::run;
using testing::HasSubstr;

TEST(bad_row, one_of_another_tenant_is_none)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(2000, "UPDATE people SET notes = id % 2",
                                 "ALTER TABLE people ADD CHECK (id NOT IN (900, 1001))");
        auto item = people();
        item.filter = {model::row_filter::kind_t::equals, "notes", "1"};
        const auto state = co_await db.sift(item, small_batches());
        EXPECT_EQ(state.rows, 999);
        const auto keys = co_await db.keys();
        EXPECT_EQ(keys, "1001");
    });
}

TEST(bad_row, more_of_them_than_allowed_end_the_job_and_the_table_is_to_blame)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(3000, "", "ALTER TABLE people ADD CHECK (id < 0)");
        auto options = small_batches();
        options.most_bad_rows = 100;
        const auto said = co_await db.said(people(), options);
        EXPECT_THAT(said, HasSubstr("100 refused rows are in quarantine already, and id = "));
        EXPECT_THAT(said, HasSubstr("compare its definition"));
        const auto again = co_await db.said(people(), options, 2);
        EXPECT_EQ(again, said) << "and no other try gets further";
        const auto kept = co_await db.ask(db.target, "SELECT count(*) FROM tropeiro.quarantined_row");
        EXPECT_EQ(kept, "100");
    });
}

TEST(bad_row, merging_sifts_as_well)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(2000, "",
                                 "ALTER TABLE people ADD PRIMARY KEY (id), ADD CHECK (id <> 1111);"
                                 "INSERT INTO people VALUES (5, 'name 5', repeat('x', 5))");
        auto options = small_batches();
        options.copy.on_existing = model::existing_rows::merge;
        co_await db.sift(people(), options);
        co_await db.expect_the_rest("1111");
    });
}

TEST(bad_row, parts_of_a_table_keep_their_own_count)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(3000, "", "ALTER TABLE people ADD CHECK (id NOT IN (10, 2900, 2901))");
        auto item = people();
        item.parts = 2;
        item.blocks = {0, 20};
        const auto first = co_await db.sift(item, small_batches());
        item.number = 1;
        item.blocks = {20, std::nullopt};
        const auto second = co_await db.sift(item, small_batches());
        EXPECT_EQ(first.quarantined, 1);
        EXPECT_EQ(second.quarantined, 2);
        auto to = co_await pg::connection::open(db.target);
        const auto whole = co_await table_state(to, item.table);
        EXPECT_TRUE(whole.done);
        EXPECT_EQ(whole.quarantined, 3);
        EXPECT_EQ(whole.rows, 2997);
        co_await db.expect_the_rest("10,2900,2901");
    });
}

TEST(bad_row, a_worker_that_was_overtaken_in_the_middle_leaves_each_of_them_once)
{
    run([]() -> task<> {
        for (const int moment : {3, 4, 5, 6, 8, 11}) {
            SCOPED_TRACE(moment);
            refusing_target db;
            co_await db.prepare_with(3000, "", "ALTER TABLE people ADD CHECK (id NOT IN (700, 710, 2500))");
            fresh_access sleeper(db, claim_number(1));
            auto overtaken = false;
            sleeper.on_renewal = [&](int renewals) -> task<> {
                if (renewals != moment) co_return;
                overtaken = true; // and the new owner does all of the work while this one sleeps
                co_await db.sift(people(), small_batches(), 2);
            };
            bool fenced = false;
            try {
                co_await db.sift(sleeper, people(), small_batches());
            } catch (const fenced_off&) {
                fenced = true;
            }
            EXPECT_TRUE(overtaken);
            EXPECT_TRUE(fenced);
            co_await db.expect_the_rest("700,710,2500");
        }
    });
}

TEST(bad_row, what_a_crash_of_the_target_took_comes_again_before_the_row_is_stepped_over)
{
    run([]() -> task<> {
        for (const int moment : {2, 3, 4, 5, 6, 8, 11}) {
            SCOPED_TRACE(moment);
            refusing_target db;
            co_await db.prepare_with(3000, "", "ALTER TABLE people ADD CHECK (id NOT IN (700, 710, 2500))");
            fresh_access access(db, claim_number(1));
            auto crashed = false;
            access.on_renewal = [&](int renewals) -> task<> {
                if (renewals != moment) co_return;
                crashed = true; // the last commits have not reached the disk
                auto to = co_await pg::connection::open(db.target);
                co_await to.execute("DELETE FROM people; DELETE FROM tropeiro.quarantined_row;"
                                    "UPDATE tropeiro.copy_ledger SET position = NULL, rows = 0, bytes = 0, "
                                    "receipt = '', quarantined = 0");
            };
            const auto state = co_await db.sift(access, people(), small_batches());
            EXPECT_TRUE(crashed);
            EXPECT_EQ(state.rows, 2997);
            EXPECT_EQ(state.quarantined, 3);
            co_await db.expect_the_rest("700,710,2500");
        }
    });
}

TEST(bad_row, a_table_that_starts_again_forgets_those_of_the_former_try)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(1000, "", "ALTER TABLE people ADD CHECK (id NOT IN (10, 20))");
        co_await db.sift(people(), small_batches());
        auto from = co_await pg::connection::open(db.source);
        co_await from.execute("DELETE FROM people WHERE id = 10");
        fresh_access access(db, claim_number(1, 1, 2)); // the next rollout
        auto options = small_batches();
        options.copy.on_existing = model::existing_rows::truncate;
        co_await db.sift(access, people(), options);
        co_await db.expect_the_rest("20");
        auto to = co_await pg::connection::open(db.target);
        co_await to.execute("DELETE FROM tropeiro.table_ledger");
        const auto left = co_await db.keys();
        EXPECT_EQ(left, "") << "what the ledger forgets, the quarantine does";
    });
}

TEST(bad_row, what_is_not_a_rows_fault_is_never_sifted)
{
    run([]() -> task<> {
        struct trouble {
            const char* what;
            const char* sql;
            const char* sqlstate;
        };
        for (const auto& one :
             {trouble{"no table", "ALTER TABLE people RENAME TO other", "42P01"},
              trouble{"no column", "ALTER TABLE people RENAME name TO title", "42703"},
              trouble{"cancelled",
                      "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                      "RAISE EXCEPTION USING ERRCODE = '57014', MESSAGE = 'no'; END $$;"
                      "CREATE TRIGGER f BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION fail()",
                      "57014"},
              trouble{"full disk",
                      "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                      "RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'full'; END $$;"
                      "CREATE TRIGGER f BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION fail()",
                      "53100"}}) {
            SCOPED_TRACE(one.what);
            refusing_target db;
            co_await db.prepare_with(2000, "", one.sql);
            fresh_access access(db, claim_number(1));
            std::string state;
            try {
                co_await db.sift(access, people(), small_batches());
            } catch (const pg::error& e) {
                state = e.sqlstate();
            }
            EXPECT_EQ(state, one.sqlstate);
            EXPECT_EQ(access.renewals, 1) << "one attempt";
            const auto keys = co_await db.keys();
            EXPECT_EQ(keys, "");
        }
    });
}

TEST(bad_row, a_job_that_is_asked_to_leave_while_it_looks_leaves)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(2000, "", "ALTER TABLE people ADD CHECK (id NOT IN (600, 601))");
        fresh_access access(db, claim_number(1));
        access.on_renewal = [&](int renewals) -> task<> {
            if (renewals == 3) db.pulse.request_stop();
            co_return;
        };
        bool left = false;
        try {
            co_await db.sift(access, people(), small_batches());
        } catch (const context::stopped&) {
            left = true;
        }
        EXPECT_TRUE(left);
        db.pulse = context::job_pulse();
        co_await db.sift(people(), small_batches(), 2);
        co_await db.expect_the_rest("600,601");
    });
}

TEST(bad_row, a_source_without_places_is_refused_whole)
{
    run([]() -> task<> {
        refusing_target db;
        co_await db.prepare_with(100, "", "ALTER TABLE people ADD CHECK (id <> 50)");
        auto item = people();
        item.by_ctid = false;
        const auto said = co_await db.said(item, small_batches());
        EXPECT_THAT(said, HasSubstr("table people: row 50 of its copy is refused"));
        EXPECT_THAT(said, HasSubstr("cannot be told from the others"));
    });
}

} // namespace
} // namespace tropeiro::worker::copy
