// Jobs that are done together: a pass reads its part of the source once for several cities.
#include "queue_fixture.hpp"

#include <algorithm>

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

/// One job of pass 1 for the city, after job `after`.
enqueue_item member(std::int64_t id, const std::string& city, std::int64_t after = 0)
{
    auto item = job(id);
    item.city = city;
    item.pass = 1;
    if (after != 0) item.depends_on = {job_id(after)};
    return item;
}

/// Schema jobs 1, 2, 3 of three cities, and behind them the members 11, 12, 13 of a pass.
std::vector<enqueue_item> three_cities()
{
    std::vector<enqueue_item> items;
    for (std::int64_t i = 1; i <= 3; ++i) {
        auto schema = job(i);
        schema.city = "city" + std::to_string(i);
        items.push_back(schema);
        items.push_back(member(10 + i, schema.city, i));
    }
    return items;
}

task<std::vector<queue::claimed>> claim_all(redis_queue& q)
{
    auto answer = co_await q.claim("w1", 10);
    co_return answer.jobs;
}

std::vector<std::int64_t> sorted_ids(const std::vector<queue::claimed>& jobs)
{
    auto ids = ids_of(jobs);
    std::sort(ids.begin(), ids.end());
    return ids;
}

task<std::int64_t> used_of(redis_queue& q, std::string resource)
{
    const auto limits = co_await q.limits();
    for (const auto& limit : limits)
        if (limit.resource == resource) co_return limit.used;
    throw std::runtime_error(resource + " is not known");
}

} // namespace

TEST(queue_pass, members_become_ready_together_and_join_the_one_that_was_claimed)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await load(q, three_cities());
        const auto schemas = co_await claim_all(q);
        CO_ASSERT_EQ(sorted_ids(schemas), (std::vector<std::int64_t>{1, 2, 3}));
        for (std::size_t i = 0; i < 2; ++i)
            co_await q.complete(schemas[i].id, schemas[i].attempt);
        const auto early = co_await claim_all(q);
        CO_ASSERT_TRUE(early.empty());
        const auto held = co_await q.why(job_id(10 + schemas[0].id.value));
        CO_ASSERT_TRUE(held->gathering);
        const auto seen = co_await state_of(q, 10 + schemas[0].id.value);
        CO_ASSERT_EQ(seen, "ready");

        co_await q.complete(schemas[2].id, schemas[2].attempt);
        const auto first = co_await claim_one(q);
        CO_ASSERT_EQ(first.pass, 1);
        const auto others = co_await q.join(first, "w1", 31);
        auto all = others;
        all.push_back(first);
        CO_ASSERT_EQ(sorted_ids(all), (std::vector<std::int64_t>{11, 12, 13}));
        const auto counts = co_await q.counts(first.run);
        CO_ASSERT_EQ(counts.active, 3);
        CO_ASSERT_EQ(counts.ready, 0);
        for (const auto& one : all) {
            const auto done = co_await q.complete(one.id, one.attempt);
            CO_ASSERT_FALSE(done.stale);
        }
    });
}

TEST(queue_pass, joined_members_hold_no_slot_of_the_servers_and_one_of_their_city)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{member(1, "a"), member(2, "b"), member(3, "c")};
        for (auto& item : items)
            item.lane = queue::lane_name("db1", "neon");
        co_await load(q, std::move(items));
        co_await q.set_limit("s:db1", 1);
        co_await q.set_limit("c:*", 1);
        const auto first = co_await claim_one(q);
        const auto others = co_await q.join(first, "w1", 31);
        CO_ASSERT_EQ(others.size(), 2u);
        const auto used = co_await used_of(q, "s:db1");
        CO_ASSERT_EQ(used, 1);
        // The one that was claimed ends first: the pass still reads.
        co_await q.complete(first.id, first.attempt);
        const auto still = co_await used_of(q, "s:db1");
        CO_ASSERT_EQ(still, 1);
        co_await q.complete(others[0].id, others[0].attempt);
        co_await q.complete(others[1].id, others[1].attempt);
        const auto free = co_await used_of(q, "s:db1");
        CO_ASSERT_EQ(free, 0);
        const auto counts = co_await q.counts(first.run);
        CO_ASSERT_EQ(counts.done, 3);
    });
}

TEST(queue_pass, a_member_that_was_given_back_joins_again_and_no_more_than_wanted_do)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{member(1, "a"), member(2, "b"), member(3, "c")};
        co_await load(q, std::move(items));
        const auto first = co_await claim_one(q);
        const auto one = co_await q.join(first, "w1", 1);
        CO_ASSERT_EQ(one.size(), 1u);
        co_await q.release(one[0].id, one[0].attempt);
        const auto both = co_await q.join(first, "w1", 31);
        CO_ASSERT_EQ(both.size(), 2u);
        CO_ASSERT_GT(std::max(both[0].attempt, both[1].attempt), 1);
        queue::claimed old = first;
        old.attempt = 0;
        const auto none = co_await q.join(old, "w2", 31);
        CO_ASSERT_TRUE(none.empty());
    });
}

TEST(queue_pass, a_member_that_is_to_go_on_alone_joins_no_more)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{member(1, "a"), member(2, "b"), member(3, "c")};
        co_await load(q, std::move(items));
        const auto first = co_await claim_one(q);
        const auto others = co_await q.join(first, "w1", 31);
        CO_ASSERT_EQ(others.size(), 2u);
        co_await q.release(others[0].id, others[0].attempt, true);
        co_await q.release(others[1].id, others[1].attempt, false);
        const auto again = co_await q.join(first, "w1", 31);
        CO_ASSERT_EQ(again.size(), 1u);
        CO_ASSERT_EQ(again[0].id.value, others[1].id.value);
        const auto alone = co_await claim_one(q);
        CO_ASSERT_EQ(alone.id.value, others[0].id.value);
        const auto nobody = co_await q.join(alone, "w2", 31);
        CO_ASSERT_TRUE(nobody.empty());
        co_await q.complete(alone.id, alone.attempt);
        const auto counts = co_await q.counts(first.run);
        CO_ASSERT_EQ(counts.done, 1);
    });
}

TEST(queue_pass, a_dead_city_does_not_hold_up_the_others_for_long)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await load(q, three_cities());
        const auto schemas = co_await claim_all(q);
        co_await q.fail(schemas[0].id, schemas[0].attempt, 0ms, true, "42501");
        co_await q.complete(schemas[1].id, schemas[1].attempt);
        co_await q.complete(schemas[2].id, schemas[2].attempt);
        std::vector<queue::claimed> ready;
        const auto opened = std::chrono::steady_clock::now();
        while (ready.empty() && std::chrono::steady_clock::now() - opened < 20s) {
            co_await pause(200ms);
            co_await q.reap();
            ready = co_await claim_all(q);
        }
        CO_ASSERT_EQ(ready.size(), 2u);
        // The operator repairs it: nobody is missing any more, so it does not wait.
        co_await q.redo(schemas[0].id);
        const auto again = co_await claim_one(q);
        co_await q.complete(again.id, again.attempt);
        const auto late = co_await claim_one(q);
        CO_ASSERT_EQ(late.id.value, 10 + schemas[0].id.value);
    });
}

TEST(queue_pass, a_cancelled_or_paused_rollout_opens_no_gate)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await load(q, three_cities());
        const auto schemas = co_await claim_all(q);
        co_await q.pause(schemas[0].run);
        for (const auto& schema : schemas)
            co_await q.complete(schema.id, schema.attempt);
        const auto none = co_await claim_all(q);
        CO_ASSERT_TRUE(none.empty());
        co_await q.resume(schemas[0].run);
        const auto first = co_await claim_one(q);
        co_await q.cancel(first.run);
        const auto others = co_await q.join(first, "w1", 31);
        CO_ASSERT_TRUE(others.empty());
        const auto counts = co_await q.counts(first.run);
        CO_ASSERT_EQ(counts.cancelled, 2);
    });
}

TEST(queue_pass, nothing_joins_while_the_queue_is_closed_or_the_worker_drained)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{member(1, "a"), member(2, "b")};
        co_await load(q, std::move(items));
        const auto first = co_await claim_one(q);
        co_await q.close();
        const auto closed = co_await q.join(first, "w1", 31);
        CO_ASSERT_TRUE(closed.empty());
        co_await q.open("run");
        co_await q.drain("w1");
        const auto drained = co_await q.join(first, "w1", 31);
        CO_ASSERT_TRUE(drained.empty());
        co_await q.drain("w1", false);
        const auto none_wanted = co_await q.join(first, "w1", 0);
        CO_ASSERT_TRUE(none_wanted.empty());
        const auto one = co_await q.join(first, "w1", 31);
        CO_ASSERT_EQ(one.size(), 1u);
    });
}

TEST(queue_pass, an_adopted_pass_holds_the_servers_slots_once)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<queue::adopt_item> adopted(3);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto number = static_cast<std::int64_t>(i) + 1;
            adopted[i] = {member(number, "city" + std::to_string(i)), "w1"};
            adopted[i].job.lane = queue::lane_name("db1", "neon");
            adopted[i].job.attempt_floor = 1;
        }
        co_await q.adopt(std::move(adopted));
        co_await q.set_limit("s:db1", 2);
        const auto used = co_await used_of(q, "s:db1");
        CO_ASSERT_EQ(used, 1);
        for (std::int64_t i = 1; i <= 3; ++i)
            co_await q.complete(job_id(i), 1);
        const auto free = co_await used_of(q, "s:db1");
        CO_ASSERT_EQ(free, 0);
    });
}
