// The life of a job that meets no trouble: enqueue, claim, complete, and its dependents behind it.
#include "queue_fixture.hpp"
#include "shared/queue/keys.hpp"
#include "shared/queue/transitions.hpp"

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

/// complete() goes on until every dependent is released; its first script alone is what a dying worker
/// leaves.
task<> complete_first_chunk_only(redis_queue& q, claimed got)
{
    redis::reconnecting_client client(url_of(shared_redis()));
    std::vector<std::string> keys{queue::keys::prefix(q.epoch())};
    std::vector<std::string> args{std::to_string(got.id.value), std::to_string(got.attempt)};
    const auto answer =
        co_await redis::evaluate(client, queue::all_transitions().complete, std::move(keys), std::move(args));
    if (answer[0].string() != "OK") throw std::runtime_error("complete was refused");
}

} // namespace

TEST(queue, a_job_is_claimed_and_completed_and_its_dependent_follows)
{
    with_queue([](redis_queue& q) -> task<> {
        auto child = job(2);
        child.depends_on = {job_id(1)};
        std::vector<enqueue_item> items{job(1), child};
        co_await load(q, std::move(items));

        const auto first = co_await q.claim("w1", 10);
        CO_ASSERT_TRUE(first.open);
        CO_ASSERT_EQ(first.jobs.size(), 1u);
        const auto& got = first.jobs.front();
        CO_ASSERT_EQ(got.id.value, 1);
        CO_ASSERT_EQ(got.attempt, 1);
        CO_ASSERT_EQ(got.kind, "copy");
        CO_ASSERT_EQ(got.city, "olinda");
        CO_ASSERT_EQ(got.run.value, 1);

        const auto done = co_await q.complete(got.id, got.attempt);
        CO_ASSERT_FALSE(done.stale);
        CO_ASSERT_EQ(done.released, 1);
        const auto second = co_await claim_one(q);
        CO_ASSERT_EQ(second.id.value, 2);
    });
}

TEST(queue, nothing_is_given_out_before_the_rollout_is_sealed)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await q.enqueue(std::move(items));
        const auto early = co_await q.claim("w1", 1);
        CO_ASSERT_TRUE(early.jobs.empty());
        co_await q.seal(rollout_id(1));
        co_await claim_one(q);
    });
}

TEST(queue, enqueueing_twice_adds_once)
{
    with_queue([](redis_queue& q) -> task<> {
        auto child = job(2);
        child.depends_on = {job_id(1), job_id(1)};
        for (const std::int64_t expected : {2, 0}) {
            std::vector<enqueue_item> items{job(1), child};
            const auto added = co_await q.enqueue(std::move(items));
            CO_ASSERT_EQ(added, expected);
        }
        co_await q.seal(rollout_id(1));
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.total(), 2);
        const auto got = co_await claim_one(q);
        const auto done = co_await q.complete(got.id, got.attempt);
        CO_ASSERT_EQ(done.released, 1);
    });
}

TEST(queue, a_dependency_that_is_done_already_is_not_waited_for)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> parents{job(1)};
        co_await load(q, std::move(parents));
        const auto got = co_await claim_one(q);
        co_await q.complete(got.id, got.attempt);
        auto child = job(2);
        child.depends_on = {job_id(1)};
        std::vector<enqueue_item> late{child};
        co_await load(q, std::move(late));
        const auto next = co_await claim_one(q);
        CO_ASSERT_EQ(next.id.value, 2);
    });
}

TEST(queue, a_dependent_of_many_waits_for_the_last_and_is_released_once)
{
    with_queue([](redis_queue& q) -> task<> {
        auto child = job(9);
        child.depends_on = {job_id(1), job_id(2), job_id(3)};
        std::vector<enqueue_item> items{job(1), job(2), job(3), child};
        co_await load(q, std::move(items));
        const auto all = co_await q.claim("w1", 10);
        CO_ASSERT_EQ(all.jobs.size(), 3u);
        std::vector<std::int64_t> released;
        for (const auto& one : all.jobs) {
            const auto done = co_await q.complete(one.id, one.attempt);
            released.push_back(done.released);
        }
        CO_ASSERT_EQ(released, (std::vector<std::int64_t>{0, 0, 1}));
    });
}

TEST(queue, a_fan_out_of_a_thousand_is_released_in_chunks_and_each_once)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        for (int i = 0; i < 1000; ++i) {
            auto child = job(1000 + i, "city" + std::to_string(i % 10));
            child.depends_on = {job_id(1)};
            items.push_back(std::move(child));
        }
        co_await load(q, std::move(items));
        const auto root = co_await claim_one(q);
        const auto done = co_await q.complete(root.id, root.attempt);
        CO_ASSERT_EQ(done.released, 1000);
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.ready, 1000);
        CO_ASSERT_EQ(counts.done, 1);
    });
}

TEST(queue, a_fan_out_whose_worker_died_half_way_is_carried_on_by_the_reaper)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        for (int i = 0; i < 500; ++i) {
            auto child = job(1000 + i);
            child.depends_on = {job_id(1)};
            items.push_back(std::move(child));
        }
        co_await load(q, std::move(items));
        const auto root = co_await claim_one(q);
        co_await complete_first_chunk_only(q, root);
        auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.ready, 200);
        co_await q.reap();
        counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.ready, 500);
    });
}

TEST(queue, completing_twice_under_one_claim_is_answered_alike_and_done_once)
{
    with_queue([](redis_queue& q) -> task<> {
        auto child = job(2);
        child.depends_on = {job_id(1)};
        std::vector<enqueue_item> items{job(1), child};
        co_await load(q, std::move(items));
        const auto got = co_await claim_one(q);
        co_await q.complete(got.id, got.attempt);
        const auto again = co_await q.complete(got.id, got.attempt);
        CO_ASSERT_FALSE(again.stale);
        CO_ASSERT_EQ(again.released, 0);
        const auto counts = co_await q.counts(rollout_id(1));
        CO_ASSERT_EQ(counts.done, 1);
    });
}

TEST(queue, of_a_citys_jobs_the_largest_goes_first_and_equals_by_age)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(11), job(12), job(13), job(14)};
        items[0].score = 1;
        items[1].score = 1e12;
        items[2].score = 2.5;
        items[3].score = 1;
        co_await load(q, std::move(items));
        std::vector<std::int64_t> order;
        for (int i = 0; i < 4; ++i) {
            const auto got = co_await claim_one(q);
            order.push_back(got.id.value);
        }
        CO_ASSERT_EQ(order, (std::vector<std::int64_t>{12, 13, 11, 14}));
    });
}

TEST(queue, an_idle_worker_is_woken_by_new_work_and_wakes_the_next)
{
    with_queue([](redis_queue& q) -> task<> {
        const auto opened = co_await q.wait_for_work(50ms); // opening the queue woke somebody
        CO_ASSERT_TRUE(opened);
        const auto idle = co_await q.wait_for_work(20ms);
        CO_ASSERT_FALSE(idle);
        std::vector<enqueue_item> items{job(1), job(2)};
        co_await load(q, std::move(items));
        const auto first = co_await q.wait_for_work(5s);
        CO_ASSERT_TRUE(first);
        co_await claim_one(q);
        const auto second = co_await q.wait_for_work(5s); // one job is left
        CO_ASSERT_TRUE(second);
        co_await claim_one(q);
        const auto third = co_await q.wait_for_work(20ms);
        CO_ASSERT_FALSE(third);
    });
}

TEST(queue, what_happened_can_be_read_as_a_feed)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        auto got = co_await claim_one(q);
        co_await q.fail(got.id, got.attempt, 0ms, false, "x");
        const auto first = co_await q.events_after("");
        CO_ASSERT_EQ(first.size(), 2u);
        CO_ASSERT_EQ(first[0].what, "active");
        CO_ASSERT_EQ(first[1].what, "retry");
        CO_ASSERT_EQ(first[1].id.value, 1);
        got = co_await claim_one(q);
        co_await q.complete(got.id, got.attempt);
        const auto rest = co_await q.events_after(first[1].cursor);
        CO_ASSERT_EQ(rest.size(), 2u);
        CO_ASSERT_EQ(rest[1].what, "done");
    });
}
