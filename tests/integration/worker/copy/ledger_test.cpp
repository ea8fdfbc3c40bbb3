#include "tests/integration/worker/copy/fixture.hpp"

namespace tropeiro::worker::copy {
namespace {

using test::run;

task<bool> is_fenced_off(task<part_state> attempt)
{
    try {
        co_await std::move(attempt);
    } catch (const fenced_off&) {
        co_return true;
    }
    co_return false;
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

TEST(copy_ledger, an_older_claim_cannot_acquire_a_part)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        auto to = co_await pg::connection::open(db.target);
        co_await acquire(to, people(), claim_number(5), model::existing_rows::refuse);
        auto late = co_await pg::connection::open(db.target);
        const bool fenced =
            co_await is_fenced_off(acquire(late, people(), claim_number(4), model::existing_rows::refuse));
        CO_ASSERT_TRUE(fenced);
    });
}

TEST(copy_ledger, rows_that_nobody_brought_are_refused_replaced_or_kept)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(0);
        auto to = co_await pg::connection::open(db.target);
        co_await to.execute("INSERT INTO people VALUES (1, 'was here', '')");
        std::string refusal;
        try {
            auto other = co_await pg::connection::open(db.target);
            co_await acquire(other, people(), claim_number(1), model::existing_rows::refuse);
        } catch (const failure& e) {
            refusal = e.what() + e.hint();
        }
        CO_ASSERT_NE(refusal.find("people"), std::string::npos);
        CO_ASSERT_NE(refusal.find("--truncate"), std::string::npos);
        const auto kept = co_await acquire(to, people(), claim_number(1), model::existing_rows::merge);
        CO_ASSERT_TRUE(kept.merged);
        co_await to.execute("DELETE FROM tropeiro.table_ledger");
        const auto replaced = co_await acquire(to, people(), claim_number(1), model::existing_rows::truncate);
        CO_ASSERT_FALSE(replaced.merged);
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
        const bool fenced = co_await is_fenced_off(db.copy(first, claim_number(3, 1)));
        CO_ASSERT_TRUE(fenced);
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
