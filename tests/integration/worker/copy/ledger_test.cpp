#include "tests/integration/worker/copy/fixture.hpp"
#include "worker/copy/quarantine.hpp"

namespace tropeiro::worker::copy {
namespace {

using test::run;

/// What it throws, with the way out; empty when it does not.
task<std::string> said_by(task<part_state> attempt)
{
    try {
        co_await std::move(attempt);
    } catch (const fenced_off& e) {
        co_return std::string("fenced off: ") + e.what();
    } catch (const failure& e) {
        co_return std::string(e.what()) + " - " + e.hint();
    }
    co_return "";
}

TEST(copy_ledger, a_stale_fence_commits_nothing)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        auto zombie = co_await pg::connection::open(db.target);
        auto state = co_await acquire(zombie, people(), claim_number(1), model::existing_rows::refuse);
        auto batch = co_await pg::transaction::begin(zombie);
        co_await zombie.execute("INSERT INTO people VALUES (1, 'late', '')");
        auto newer = co_await pg::connection::open(db.target);
        co_await acquire(newer, people(), claim_number(2), model::existing_rows::refuse);
        state.rows = 1;
        state.receipt.add("x");
        bool fenced = false;
        try {
            co_await checkpoint(zombie, people(), claim_number(1), state);
        } catch (const fenced_off&) {
            fenced = true;
        }
        co_await batch.rollback();
        CO_ASSERT_TRUE(fenced);
        const auto content = co_await two_databases::content(db.target);
        CO_ASSERT_EQ(content, "0 ");
    });
}

TEST(copy_ledger, a_refused_row_is_stepped_over_only_from_where_the_checkpoint_stood)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        bad_row bad;
        bad.place = {0, 5};
        bad.row = {R"({"id": 1})", "id = 1", "{}"};
        bad.sqlstate = "23514";
        bad.reason = "no";
        const auto who = claim_number(1);
        // The batch before the row ended at (0,4), and a crash of the server took it: (0,3) is what is there.
        for (const auto* after : {"(0,4)", "", "(0,3)"}) {
            auto to = co_await pg::connection::open(db.target);
            co_await acquire(to, people(), who, model::existing_rows::refuse);
            co_await to.execute("UPDATE tropeiro.copy_ledger SET position = '(0,3)'");
            bad.after = after;
            const bool stepped = co_await set_aside(to, people(), who, bad, 10);
            auto look = co_await pg::connection::open(db.target);
            const auto found = co_await look.query("SELECT position::text, (SELECT count(*) FROM "
                                                   "tropeiro.quarantined_row) FROM tropeiro.copy_ledger");
            const bool stood_there = bad.after == "(0,3)";
            EXPECT_EQ(stepped, stood_there) << after;
            EXPECT_EQ(found.one().get<std::string>(0), stood_there ? "(0,5)" : "(0,3)") << after;
            EXPECT_EQ(found.one().get<std::int64_t>(1), stood_there ? 1 : 0) << after;
        }
    });
}

TEST(copy_ledger, an_older_claim_cannot_acquire_a_part)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        auto to = co_await pg::connection::open(db.target);
        co_await acquire(to, people(), claim_number(5), model::existing_rows::refuse);
        auto late = co_await pg::connection::open(db.target);
        const auto said =
            co_await said_by(acquire(late, people(), claim_number(4), model::existing_rows::refuse));
        CO_ASSERT_TRUE(said.starts_with("fenced off"));
    });
}

TEST(copy_ledger, rows_that_nobody_brought_are_refused_replaced_or_kept)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        auto to = co_await pg::connection::open(db.target);
        co_await to.execute("INSERT INTO people VALUES (1, 'was here', '')");
        auto refused =
            co_await pg::connection::open(db.target); // what fails in a transaction ends its connection
        const auto refusal =
            co_await said_by(acquire(refused, people(), claim_number(1), model::existing_rows::refuse));
        CO_ASSERT_NE(refusal.find("people"), std::string::npos);
        CO_ASSERT_NE(refusal.find("--truncate"), std::string::npos);
        refused = co_await pg::connection::open(db.target);
        const auto no_key =
            co_await said_by(acquire(refused, people(), claim_number(1), model::existing_rows::merge));
        CO_ASSERT_NE(no_key.find("has no unique index"), std::string::npos);
        refused = co_await pg::connection::open(db.target);
        co_await to.execute("ALTER TABLE people ADD PRIMARY KEY (id)");
        const auto kept = co_await acquire(to, people(), claim_number(1), model::existing_rows::merge);
        CO_ASSERT_TRUE(kept.merged);
        co_await to.execute("UPDATE tropeiro.copy_ledger SET position = '(0,1)', rows = 1, done = true;"
                            "INSERT INTO tropeiro.quarantined_row (rollout_id, schema_name, table_name, "
                            "part, place, key, row, sqlstate, "
                            "error) VALUES (1, 'public', 'people', 0, '(0,2)', '{}', '{}', '23514', 'no');"
                            "DELETE FROM tropeiro.table_ledger");
        const auto replaced = co_await acquire(to, people(), claim_number(1), model::existing_rows::truncate);
        CO_ASSERT_FALSE(replaced.merged);
        CO_ASSERT_FALSE(replaced.done);
        CO_ASSERT_EQ(replaced.rows, 0);
        CO_ASSERT_EQ(replaced.position, "");
        const auto left = co_await to.query("SELECT count(*) FROM tropeiro.quarantined_row");
        CO_ASSERT_EQ(left.one().get<std::int64_t>(0), 0);
        const auto content = co_await two_databases::content(db.target);
        CO_ASSERT_EQ(content, "0 ");
    });
}

TEST(copy_ledger, a_new_epoch_starts_the_table_again_and_the_old_one_is_over)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(100);
        auto first = people();
        first.parts = 2;
        co_await db.copy(first, claim_number(1, 1));
        const auto again = co_await db.copy(first, claim_number(2, 2));
        CO_ASSERT_EQ(again.rows, 100);
        const bool equal = co_await db.equal();
        CO_ASSERT_TRUE(equal);
        const auto said = co_await said_by(db.copy(first, claim_number(3, 1)));
        CO_ASSERT_NE(said.find("under a newer snapshot"), std::string::npos);
    });
}

/// Claim numbers begin anew with each rollout, so both have the same.
TEST(copy_ledger, a_worker_of_an_older_rollout_commits_nothing_into_a_newer_one)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        auto sleeper = co_await pg::connection::open(db.target);
        const auto old_claim = claim_number(1, 1, 5);
        auto state = co_await acquire(sleeper, people(), old_claim, model::existing_rows::refuse);
        auto to = co_await pg::connection::open(db.target);
        co_await acquire(to, people(), claim_number(1, 1, 6), model::existing_rows::refuse);

        auto batch = co_await pg::transaction::begin(sleeper);
        co_await sleeper.execute("INSERT INTO people VALUES (1, 'late', '')");
        state.rows = 1;
        bool fenced = false;
        try {
            co_await checkpoint(sleeper, people(), old_claim, state);
        } catch (const fenced_off&) {
            fenced = true;
        }
        co_await batch.rollback();
        CO_ASSERT_TRUE(fenced);
        const auto said =
            co_await said_by(acquire(sleeper, people(), old_claim, model::existing_rows::refuse));
        CO_ASSERT_NE(said.find("belongs to rollout 6"), std::string::npos);
        CO_ASSERT_NE(said.find("cancel rollout 5"), std::string::npos);
    });
}

TEST(copy_ledger, rows_of_an_older_rollout_that_finished_are_nobodys_to_empty)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(300);
        co_await db.copy(people(), claim_number(1, 1, 5));
        auto to = co_await pg::connection::open(db.target);
        co_await to.execute("INSERT INTO people VALUES (-1, 'of the application', '')");
        auto newer = co_await pg::connection::open(db.target);
        const auto said =
            co_await said_by(acquire(newer, people(), claim_number(1, 1, 6), model::existing_rows::refuse));
        CO_ASSERT_NE(said.find("holds rows that tropeiro did not bring"), std::string::npos);
        const auto rows = co_await to.query("SELECT count(*) FROM people");
        CO_ASSERT_EQ(rows.one().get<std::int64_t>(0), 301);
    });
}

TEST(copy_ledger, a_merge_that_starts_again_does_not_double_its_own_rows)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(5000);
        const copy_options merging{1000, model::existing_rows::merge};
        db.pulse.request_stop();
        const auto stopped = co_await said_by(db.copy(people(), claim_number(1, 1), merging));
        CO_ASSERT_FALSE(stopped.empty());
        db.pulse = context::job_pulse();
        const auto state = co_await db.copy(people(), claim_number(2, 2), merging); // under a new snapshot
        CO_ASSERT_EQ(state.rows, 5000);
        const bool equal = co_await db.equal();
        CO_ASSERT_TRUE(equal);
    });
}

TEST(copy_ledger, a_table_is_done_when_every_part_is)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(5000);
        auto part = people();
        part.parts = 2;
        part.blocks = {0, 10};
        co_await db.copy(part, claim_number(1));
        auto to = co_await pg::connection::open(db.target);
        const auto half = co_await table_state(to, part.table);
        CO_ASSERT_FALSE(half.done);
        part.number = 1;
        part.blocks = {10, std::nullopt};
        co_await db.copy(part, claim_number(1));
        const auto whole = co_await table_state(to, part.table);
        CO_ASSERT_TRUE(whole.done);
        CO_ASSERT_EQ(whole.rows, 5000);
        const bool equal = co_await db.equal();
        CO_ASSERT_TRUE(equal);
    });
}

} // namespace
} // namespace tropeiro::worker::copy
