// What an operator does to a rollout or a worker, and what can be seen.
#include "queue_fixture.hpp"
#include "shared/queue/why.hpp"

#include <algorithm>

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

/// One job in each state a job can be in before it is finished. 1 active, 2 delayed, 3 waiting for 1, 4 ready
/// but parked behind a full server, 5 of an unsealed part, 6 dead, 7 done.
task<std::vector<claimed>> one_in_each_state(redis_queue& q)
{
    std::vector<enqueue_item> items{job(1), job(2), job(3), job(6), job(7)};
    items[2].depends_on = {job_id(1)};
    co_await load(q, std::move(items));
    const auto got = co_await q.claim("w1", 10);
    std::map<std::int64_t, claimed> by_id;
    for (const auto& one : got.jobs)
        by_id[one.id.value] = one;
    co_await q.fail(job_id(2), by_id.at(2).attempt, 3600s, false, "x");
    co_await q.fail(job_id(6), by_id.at(6).attempt, 0ms, true, "x");
    co_await q.complete(job_id(7), by_id.at(7).attempt);
    co_await q.set_limit("t:full", 0);
    std::vector<enqueue_item> parked{job(4)};
    parked[0].lane = queue::lane_name("src", "full");
    co_await load(q, std::move(parked));
    co_await q.claim("w1", 10);
    std::vector<enqueue_item> unsealed{job(5)};
    co_await q.enqueue(std::move(unsealed));
    std::vector<claimed> active{by_id.at(1)};
    co_return active;
}

} // namespace

TEST(queue_operator, cancel_takes_jobs_of_every_state_and_running_ones_learn_it)
{
    with_queue([](redis_queue& q) -> task<> {
        const auto active = co_await one_in_each_state(q);
        auto other = job(100);
        other.run = rollout_id(2);
        std::vector<enqueue_item> others{other};
        co_await load(q, std::move(others), 2);

        const auto cancelled = co_await q.cancel(rollout_id(1));
        CO_ASSERT_EQ(cancelled, 4); // 2, 3, 4, 5
        for (const int id : {2, 3, 4, 5}) {
            const auto state = co_await state_of(q, id);
            CO_ASSERT_EQ(state, "cancelled");
        }
        const auto dead = co_await state_of(q, 6);
        CO_ASSERT_EQ(dead, "dead");

        std::vector<queue::beat_item> beats(1);
        beats[0].id = active[0].id;
        beats[0].attempt = active[0].attempt;
        const auto beat = co_await q.beat("w1", "{}", std::move(beats));
        CO_ASSERT_TRUE(beat.jobs.at(0) == beat_answer::cancel);
        const auto released = co_await q.release(active[0].id, active[0].attempt);
        CO_ASSERT_TRUE(released == release_answer::cancelled);
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.cancelled, 5);
        CO_ASSERT_EQ(counts.unfinished(), 0);
        CO_ASSERT_EQ(counts.done, 1);
        const auto got = co_await q.claim("w1", 10);
        CO_ASSERT_EQ(ids_of(got.jobs), (std::vector<std::int64_t>{100}));
    });
}

TEST(queue_operator, an_active_job_of_a_cancelled_rollout_ends_by_failing_by_its_lease_or_done_all_the_same)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2), job(3)};
        co_await load(q, std::move(items));
        const auto fails = co_await claim_one(q);
        const auto finishes = co_await claim_one(q);
        const auto dies = co_await claim_one(q, "w2", 0ms);
        co_await q.cancel(rollout_id(1));
        const auto failed = co_await q.fail(fails.id, fails.attempt, 0ms, false, "x");
        CO_ASSERT_TRUE(failed == fail_answer::cancelled);
        const auto done = co_await q.complete(finishes.id, finishes.attempt);
        CO_ASSERT_FALSE(done.stale);
        const auto reaped = co_await q.reap();
        CO_ASSERT_EQ(reaped.size(), 1u);
        CO_ASSERT_EQ(reaped[0].id, dies.id);
        CO_ASSERT_TRUE(reaped[0].outcome == queue::reaped::outcome_t::cancelled);
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.cancelled, 2);
        CO_ASSERT_EQ(counts.done, 1);
    });
}

TEST(queue_operator, cancelling_a_large_rollout_goes_in_chunks_and_leaves_others_alone)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 3000; ++i) {
            items.push_back(job(i, "city" + std::to_string(i % 7)));
            items.back().run = rollout_id(1 + i % 2);
        }
        co_await q.enqueue(std::move(items));
        co_await q.seal(rollout_id(1));
        co_await q.seal(rollout_id(2));
        const auto cancelled = co_await q.cancel(rollout_id(1));
        CO_ASSERT_EQ(cancelled, 1500);
        const auto other = co_await q.counts(rollout_id(2));
        CO_ASSERT_EQ(other.ready, 1500);
    });
}

TEST(queue_operator, a_paused_rollout_gives_out_nothing_and_comes_back_whole)
{
    with_queue([](redis_queue& q) -> task<> {
        const auto active = co_await one_in_each_state(q);
        co_await q.pause(rollout_id(1));
        auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.paused, 1); // 4
        CO_ASSERT_EQ(counts.active, 1);
        CO_ASSERT_EQ(counts.delay, 1);

        std::vector<queue::beat_item> beats(1);
        beats[0].id = active[0].id;
        beats[0].attempt = active[0].attempt;
        const auto beat = co_await q.beat("w1", "{}", std::move(beats));
        CO_ASSERT_TRUE(beat.jobs.at(0) == beat_answer::ok);
        co_await q.complete(active[0].id, active[0].attempt); // releases 3, which is put aside
        co_await q.seal(rollout_id(1));                       // 5 as well
        const auto none = co_await q.claim("w1", 10);
        CO_ASSERT_TRUE(none.jobs.empty());
        counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.paused, 3);
        const auto facts = co_await q.why(job_id(3));
        CO_ASSERT_EQ(queue::reason(*facts), "its rollout is paused");

        co_await q.set_limit("t:full", std::nullopt);
        co_await q.resume(rollout_id(1));
        const auto got = co_await q.claim("w1", 10);
        CO_ASSERT_EQ(ids_of(got.jobs), (std::vector<std::int64_t>{3, 4, 5}));
    });
}

TEST(queue_operator, jobs_given_back_or_due_while_paused_stay_aside)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2), job(3)};
        co_await load(q, std::move(items));
        const auto one = co_await claim_one(q);
        const auto two = co_await claim_one(q);
        co_await claim_one(q, "w2", 0ms);
        co_await q.pause(rollout_id(1));
        co_await q.release(one.id, one.attempt);
        co_await q.fail(two.id, two.attempt, 0ms, false, "x");
        co_await q.reap();
        auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.paused, 2); // before any claim looks at them
        const auto none = co_await q.claim("w1", 10);
        CO_ASSERT_TRUE(none.jobs.empty());
        counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.paused, 3);
        co_await q.resume(rollout_id(1));
        const auto all = co_await q.claim("w1", 10);
        CO_ASSERT_EQ(all.jobs.size(), 3u);
    });
}

TEST(queue_operator, cancelling_a_paused_rollout_takes_what_was_put_aside)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2)};
        co_await load(q, std::move(items));
        co_await q.pause(rollout_id(1));
        const auto cancelled = co_await q.cancel(rollout_id(1));
        CO_ASSERT_EQ(cancelled, 2);
        co_await q.resume(rollout_id(1)); // too late
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.cancelled, 2);
    });
}

TEST(queue_operator, a_drained_worker_gets_no_jobs_and_hears_of_it_with_its_beat)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2)};
        co_await load(q, std::move(items));
        const auto got = co_await claim_one(q, "w1");
        co_await q.drain("w1");
        std::vector<queue::beat_item> beats(1);
        beats[0].id = got.id;
        beats[0].attempt = got.attempt;
        const auto beat = co_await q.beat("w1", R"({"host":"h"})", std::move(beats));
        CO_ASSERT_TRUE(beat.drain);
        CO_ASSERT_TRUE(beat.jobs.at(0) == beat_answer::drain);
        const auto refused = co_await q.claim("w1", 1);
        CO_ASSERT_TRUE(refused.open);
        CO_ASSERT_TRUE(refused.drain);
        CO_ASSERT_TRUE(refused.jobs.empty());
        co_await claim_one(q, "w2");

        const auto workers = co_await q.workers();
        CO_ASSERT_EQ(workers.size(), 1u);
        CO_ASSERT_EQ(workers[0].name, "w1");
        CO_ASSERT_EQ(workers[0].info, R"({"host":"h"})");
        CO_ASSERT_TRUE(workers[0].drain);
        co_await q.drain("w1", false);
        co_await q.drain("*");
        const auto everybody = co_await q.claim("w1", 1);
        CO_ASSERT_TRUE(everybody.drain);
        const auto newcomer = co_await q.claim("w3", 1); // who starts later is not meant
        CO_ASSERT_FALSE(newcomer.drain);
        co_await q.drain("*", false);
        const auto again = co_await q.claim("w1", 1);
        CO_ASSERT_FALSE(again.drain);
    });
}

TEST(queue_operator, a_closed_queue_says_so_and_opens_again)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        co_await q.close();
        const auto closed = co_await q.claim("w1", 1);
        CO_ASSERT_FALSE(closed.open);
        auto meta = co_await q.meta();
        CO_ASSERT_FALSE(meta.open);
        CO_ASSERT_EQ(meta.run_id, "test");
        const auto facts = co_await q.why(job_id(1));
        CO_ASSERT_NE(queue::reason(*facts).find("claiming is stopped"), std::string::npos);
        const auto run_id = co_await q.server_run_id();
        CO_ASSERT_EQ(run_id.size(), 40u);
        co_await q.open(run_id);
        meta = co_await q.meta();
        CO_ASSERT_TRUE(meta.open);
        CO_ASSERT_EQ(meta.run_id, run_id);
        co_await claim_one(q);
    });
}

TEST(queue_operator, why_names_what_holds_a_job_in_each_state)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await one_in_each_state(q);
        std::map<int, std::string> reasons;
        for (const int id : {1, 2, 3, 4, 5, 6, 7}) {
            const auto facts = co_await q.why(job_id(id));
            reasons[id] = queue::reason(facts.value());
        }
        CO_ASSERT_EQ(reasons[1], "runs: worker w1 has it as claim 1");
        CO_ASSERT_TRUE(reasons[2].starts_with("comes back in "));
        CO_ASSERT_EQ(reasons[3], "waits for 1 job");
        CO_ASSERT_EQ(reasons[4], "t:full is stopped: its limit is 0");
        CO_ASSERT_EQ(reasons[5], "its rollout is still being loaded");
        CO_ASSERT_EQ(reasons[6], "dead after 1 of 8 tries (x)");
        CO_ASSERT_EQ(reasons[7], "done");
        co_await q.set_limit("t:full", 1);
        auto facts = co_await q.why(job_id(4));
        CO_ASSERT_EQ(queue::reason(*facts), "no worker is alive");
        co_await q.beat("w1", "{}", std::vector<queue::beat_item>());
        facts = co_await q.why(job_id(4));
        CO_ASSERT_EQ(facts->workers, 1);
        CO_ASSERT_NE(queue::reason(*facts).find("waits for its turn"), std::string::npos);
    });
}

TEST(queue_operator, lane_ages_tell_how_long_the_oldest_ready_job_has_waited)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2), job(3)};
        items[2].lane = queue::lane_name("src", "other");
        co_await load(q, std::move(items));
        co_await pause(30ms);
        auto ages = co_await q.lane_ages();
        std::ranges::sort(ages, {}, &queue::lane_age::lane);
        CO_ASSERT_EQ(ages.size(), 2u);
        CO_ASSERT_EQ(ages[0].lane, "s:src|t:dst");
        CO_ASSERT_EQ(ages[0].ready, 2);
        CO_ASSERT_GE(ages[0].oldest, 25ms);
        CO_ASSERT_EQ(ages[1].ready, 1);
        co_await q.claim("w1", 10);
        const auto none = co_await q.lane_ages();
        CO_ASSERT_TRUE(none.empty());
    });
}

TEST(queue_operator, a_finished_rollout_is_forgotten_and_active_jobs_are_not)
{
    with_queue([](redis_queue& q) -> task<> {
        const auto active = co_await one_in_each_state(q);
        const auto all = co_await q.forget(rollout_id(1));
        CO_ASSERT_FALSE(all);
        const auto state = co_await state_of(q, 1);
        CO_ASSERT_EQ(state, "active");
        co_await q.complete(active[0].id, active[0].attempt);
        const auto rest = co_await q.forget(rollout_id(1));
        CO_ASSERT_TRUE(rest);
        std::vector<job_id> ids;
        for (int i = 1; i <= 7; ++i)
            ids.emplace_back(i);
        const auto views = co_await q.views(std::move(ids));
        CO_ASSERT_EQ(views.size(), 7u);
        CO_ASSERT_TRUE(std::ranges::none_of(views, [](const auto& v) { return v.has_value(); }));
        const auto keys = shared_redis().command("KEYS {tropeiro}:e" + std::to_string(q.epoch()) + ":*1*");
        CO_ASSERT_EQ(keys.find("ids:"), std::string::npos);
        CO_ASSERT_EQ(keys.find("run:"), std::string::npos);
    });
}

TEST(queue_operator, what_is_enqueued_into_a_cancelled_rollout_is_cancelled_at_once)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        co_await q.cancel(rollout_id(1));
        std::vector<enqueue_item> late{job(2), job(3)};
        late[1].depends_on = {job_id(2)};
        co_await load(q, std::move(late));
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.cancelled, 3);
        CO_ASSERT_EQ(counts.total(), 3);
    });
}

TEST(queue_operator, a_rollout_may_be_paused_before_its_jobs_are_loaded)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.pause(rollout_id(1));
        std::vector<enqueue_item> items{job(1), job(2)};
        co_await load(q, std::move(items));
        const auto none = co_await q.claim("w1", 5);
        CO_ASSERT_TRUE(none.jobs.empty());
        co_await q.resume(rollout_id(1));
        const auto both = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(both.jobs.size(), 2u);
    });
}
