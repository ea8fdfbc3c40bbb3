// Trouble on the way: stale claims, failures, retries, lost leases, poison. A claim is fenced by its number.
#include "queue_fixture.hpp"

using namespace tropeiro::test;
using namespace tropeiro;

TEST(queue_trouble, a_claim_that_is_not_the_current_one_changes_nothing)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        const auto old = co_await claim_one(q, "w1", 0ms);
        const auto taken = co_await q.reap();
        CO_ASSERT_EQ(taken.size(), 1u);
        const auto current = co_await claim_one(q, "w2");
        CO_ASSERT_EQ(current.attempt, old.attempt + 1);

        const auto complete = co_await q.complete(old.id, old.attempt);
        CO_ASSERT_TRUE(complete.stale);
        const auto fail = co_await q.fail(old.id, old.attempt, 0ms, true, "late");
        CO_ASSERT_TRUE(fail == fail_answer::stale);
        const auto release = co_await q.release(old.id, old.attempt);
        CO_ASSERT_TRUE(release == release_answer::stale);
        const auto bumped = co_await q.bump(old.id, old.attempt, 99);
        CO_ASSERT_FALSE(bumped);
        std::vector<queue::beat_item> beats(1);
        beats[0].id = old.id;
        beats[0].attempt = old.attempt;
        const auto beat = co_await q.beat("w1", "{}", std::move(beats));
        CO_ASSERT_TRUE(beat.jobs.at(0) == beat_answer::lost);

        const auto view = co_await q.view(job_id(1));
        CO_ASSERT_EQ(view->state, "active");
        CO_ASSERT_EQ(view->owner, "w2");
        const auto done = co_await q.complete(current.id, current.attempt);
        CO_ASSERT_FALSE(done.stale);
    });
}

TEST(queue_trouble, a_job_that_nobody_knows_is_stale_everywhere)
{
    with_queue([](redis_queue& q) -> task<> {
        const auto complete = co_await q.complete(job_id(77), 1);
        CO_ASSERT_TRUE(complete.stale);
        const auto fail = co_await q.fail(job_id(77), 1, 0ms, false, "x");
        CO_ASSERT_TRUE(fail == fail_answer::stale);
        const auto redo = co_await q.redo(job_id(77));
        CO_ASSERT_FALSE(redo);
        const auto why = co_await q.why(job_id(77));
        CO_ASSERT_FALSE(why.has_value());
        const auto state = co_await state_of(q, 77);
        CO_ASSERT_EQ(state, "unknown");
    });
}

TEST(queue_trouble, claim_numbers_only_grow_and_start_above_the_control_databases)
{
    with_queue([](redis_queue& q) -> task<> {
        auto item = job(1);
        item.attempt_floor = 41;
        std::vector<enqueue_item> items{item};
        co_await load(q, std::move(items));
        std::vector<std::int64_t> numbers;

        auto got = co_await claim_one(q);
        numbers.push_back(got.attempt);
        co_await q.release(got.id, got.attempt);
        got = co_await claim_one(q);
        numbers.push_back(got.attempt);
        co_await q.fail(got.id, got.attempt, 0ms, false, "x");
        got = co_await claim_one(q);
        numbers.push_back(got.attempt);
        co_await q.fail(got.id, got.attempt, 0ms, true, "x");
        co_await q.redo(got.id);
        got = co_await claim_one(q);
        numbers.push_back(got.attempt);
        co_await q.bump(got.id, got.attempt, 100);
        got = co_await claim_one(q);
        numbers.push_back(got.attempt);
        co_await q.bump(got.id, got.attempt, 7); // a smaller number changes nothing
        got = co_await claim_one(q, "w1", 0ms);
        numbers.push_back(got.attempt);
        co_await q.reap();
        got = co_await claim_one(q);
        numbers.push_back(got.attempt);
        CO_ASSERT_EQ(numbers, (std::vector<std::int64_t>{42, 43, 44, 45, 101, 102, 103}));
    });
}

TEST(queue_trouble, a_failed_job_comes_back_after_its_delay_and_dies_after_its_last_try)
{
    with_queue([](redis_queue& q) -> task<> {
        auto item = job(1);
        item.max_tries = 2;
        std::vector<enqueue_item> items{item};
        co_await load(q, std::move(items));
        auto got = co_await claim_one(q);
        CO_ASSERT_EQ(got.tries, 0);
        const auto first = co_await q.fail(got.id, got.attempt, 60s, false, "timeout");
        CO_ASSERT_TRUE(first == fail_answer::retry);
        const auto nothing = co_await q.claim("w1", 1);
        CO_ASSERT_TRUE(nothing.jobs.empty());
        CO_ASSERT_TRUE(nothing.next_delay.has_value());
        CO_ASSERT_GT(*nothing.next_delay, 50s);
        CO_ASSERT_LE(*nothing.next_delay, 60s);
        const auto facts = co_await q.why(job_id(1));
        CO_ASSERT_EQ(facts->state, "delay");
        CO_ASSERT_GT(*facts->due, 50s);
        CO_ASSERT_EQ(facts->signature, "timeout");
    });
    with_queue([](redis_queue& q) -> task<> {
        auto item = job(1);
        item.max_tries = 2;
        std::vector<enqueue_item> items{item};
        co_await load(q, std::move(items));
        auto got = co_await claim_one(q);
        co_await q.fail(got.id, got.attempt, 0ms, false, "timeout");
        got = co_await claim_one(q);
        CO_ASSERT_EQ(got.tries, 1);
        const auto last = co_await q.fail(got.id, got.attempt, 0ms, false, "timeout");
        CO_ASSERT_TRUE(last == fail_answer::dead);
        const auto dead = co_await q.dead();
        CO_ASSERT_EQ(dead.size(), 1u);
        CO_ASSERT_EQ(dead[0].signature, "timeout");
        CO_ASSERT_EQ(dead[0].tries, 2);
    });
}

TEST(queue_trouble, a_fatal_failure_is_dead_at_once_and_redo_gives_it_a_clean_record)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        auto got = co_await claim_one(q);
        const auto answer = co_await q.fail(got.id, got.attempt, 5s, true, std::string(200, 'x'));
        CO_ASSERT_TRUE(answer == fail_answer::dead);
        const auto redone = co_await q.redo(got.id);
        CO_ASSERT_TRUE(redone);
        const auto twice = co_await q.redo(got.id);
        CO_ASSERT_FALSE(twice);
        got = co_await claim_one(q);
        CO_ASSERT_EQ(got.tries, 0);
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.dead, 0);
        CO_ASSERT_EQ(counts.active, 1);
    });
}

TEST(queue_trouble, a_released_job_is_ready_at_once_and_no_try_is_counted)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        for (int i = 0; i < 10; ++i) { // more often than there are tries or recoveries
            const auto got = co_await claim_one(q);
            CO_ASSERT_EQ(got.tries, 0);
            const auto answer = co_await q.release(got.id, got.attempt);
            CO_ASSERT_TRUE(answer == release_answer::released);
        }
        const auto view = co_await q.view(job_id(1));
        CO_ASSERT_EQ(view->state, "ready");
        CO_ASSERT_EQ(view->recoveries, 0);
    });
}

TEST(queue_trouble, a_beat_keeps_the_lease_and_carries_progress)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2)};
        co_await load(q, std::move(items));
        const auto both = co_await q.claim("w1", 2, 0ms);
        std::vector<queue::beat_item> beats(1);
        beats[0].id = both.jobs[0].id;
        beats[0].attempt = both.jobs[0].attempt;
        beats[0].progress.rows = 1000;
        beats[0].progress.bytes = 123456789012;
        const auto answer = co_await q.beat("w1", R"({"host":"a"})", std::move(beats));
        CO_ASSERT_FALSE(answer.drain);
        CO_ASSERT_TRUE(answer.jobs.at(0) == beat_answer::ok);
        const auto taken = co_await q.reap(); // the one that did not move
        CO_ASSERT_EQ(taken.size(), 1u);
        CO_ASSERT_EQ(taken[0].id.value, both.jobs[1].id.value);
        CO_ASSERT_TRUE(taken[0].outcome == queue::reaped::outcome_t::ready);
        const auto active = co_await q.active();
        CO_ASSERT_EQ(active.size(), 1u);
        CO_ASSERT_EQ(active[0].progress.rows, 1000);
        CO_ASSERT_EQ(active[0].progress.bytes, 123456789012);
        CO_ASSERT_EQ(active[0].owner, "w1");
        CO_ASSERT_TRUE(active[0].running.has_value());
    });
}

TEST(queue_trouble, a_job_that_kills_its_workers_is_poison_after_five_recoveries)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        for (int i = 0; i < 6; ++i) {
            co_await claim_one(q, "w1", 0ms);
            const auto taken = co_await q.reap();
            CO_ASSERT_EQ(taken.size(), 1u);
            const auto expected = i < 5 ? queue::reaped::outcome_t::ready : queue::reaped::outcome_t::poison;
            CO_ASSERT_TRUE(taken[0].outcome == expected);
            CO_ASSERT_EQ(taken[0].attempt, i + 1);
        }
        const auto again = co_await q.reap();
        CO_ASSERT_TRUE(again.empty());
        const auto dead = co_await q.dead();
        CO_ASSERT_EQ(dead.at(0).signature, "poison");
        CO_ASSERT_EQ(dead.at(0).recoveries, 6);
        co_await q.redo(job_id(1));
        const auto got = co_await claim_one(q);
        CO_ASSERT_EQ(got.attempt, 7);
    });
}
