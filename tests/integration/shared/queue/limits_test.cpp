// Slots: a job takes one on each of its servers and of its city, and gives each back once, whatever happens
// to it.
#include "queue_fixture.hpp"
#include "shared/queue/why.hpp"

#include <algorithm>

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

std::vector<enqueue_item> jobs_on(std::int64_t first, int count, const std::string& source,
                                  const std::string& target)
{
    std::vector<enqueue_item> items;
    for (int i = 0; i < count; ++i) {
        items.push_back(job(first + i, "city" + std::to_string(i)));
        items.back().lane = queue::lane_name(source, target);
    }
    return items;
}

task<queue::limit_view> limit_named(redis_queue& q, std::string name)
{
    const auto list = co_await q.limits();
    const auto found = std::ranges::find(list, name, &queue::limit_view::resource);
    if (found == list.end()) throw std::runtime_error("no limit is listed for " + name);
    co_return *found;
}

} // namespace

TEST(queue_limits, a_server_without_a_limit_has_eight_slots)
{
    with_queue([](redis_queue& q) -> task<> {
        auto items = jobs_on(1, 20, "src", "dst");
        co_await load(q, std::move(items));
        const auto got = co_await q.claim("w1", 20);
        CO_ASSERT_EQ(got.jobs.size(), 8u);
        const auto more = co_await q.claim("w2", 20);
        CO_ASSERT_TRUE(more.jobs.empty());
    });
}

TEST(queue_limits, both_servers_of_a_job_must_have_room)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("s:src", 5);
        co_await q.set_limit("t:a", 2);
        co_await q.set_limit("t:b", 4);
        auto items = jobs_on(1, 10, "src", "a");
        auto second = jobs_on(101, 10, "src", "b");
        std::ranges::move(second, std::back_inserter(items));
        co_await load(q, std::move(items));
        const auto got = co_await q.claim("w1", 20);
        const auto on_a = std::ranges::count_if(got.jobs, [](const auto& j) { return j.id.value < 100; });
        CO_ASSERT_EQ(got.jobs.size(), 5u);
        CO_ASSERT_EQ(on_a, 2);
        const auto source = co_await limit_named(q, "s:src");
        CO_ASSERT_EQ(source.used, 5);
        CO_ASSERT_EQ(source.effective, 5);
        const auto a = co_await limit_named(q, "t:a");
        CO_ASSERT_EQ(a.used, 2);
    });
}

TEST(queue_limits, a_blocked_lane_is_parked_and_returns_when_a_slot_comes_free)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("t:dst", 1);
        auto items = jobs_on(1, 3, "src", "dst");
        co_await load(q, std::move(items));
        auto got = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(got.jobs.size(), 1u);
        const auto parked = co_await limit_named(q, "t:dst");
        CO_ASSERT_EQ(parked.parked, 1);
        const auto waiting = job_id(got.jobs[0].id.value == 1 ? 2 : 1);
        const auto facts = co_await q.why(waiting);
        CO_ASSERT_EQ(facts->blocked.size(), 1u);
        CO_ASSERT_EQ(facts->blocked[0].resource, "t:dst");
        CO_ASSERT_EQ(facts->blocked[0].users.size(), 1u);
        CO_ASSERT_EQ(facts->blocked[0].users[0], got.jobs[0].id);
        CO_ASSERT_NE(queue::reason(*facts).find("t:dst has 1 of 1 slots in use, by job "), std::string::npos);

        while (co_await q.wait_for_work(10ms)) {
        }
        co_await q.complete(got.jobs[0].id, got.jobs[0].attempt);
        const auto woken = co_await q.wait_for_work(5s);
        CO_ASSERT_TRUE(woken);
        got = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(got.jobs.size(), 1u);
    });
}

TEST(queue_limits, a_lane_woken_in_vain_hands_the_slot_to_the_next)
{
    with_queue([](redis_queue& q) -> task<> {
        // Both lanes are parked on the source. The first to be woken is stopped by its target: the other one
        // must run.
        co_await q.set_limit("s:src", 1);
        auto running = jobs_on(1, 1, "src", "x");
        co_await load(q, std::move(running));
        const auto holder = co_await claim_one(q);
        auto items = jobs_on(11, 2, "src", "a");
        auto second = jobs_on(21, 2, "src", "b");
        std::ranges::move(second, std::back_inserter(items));
        co_await load(q, std::move(items));
        const auto none = co_await q.claim("w1", 5);
        CO_ASSERT_TRUE(none.jobs.empty());
        co_await q.set_limit("t:a", 0);
        co_await q.complete(holder.id, holder.attempt);
        const auto got = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(got.jobs.size(), 1u);
        CO_ASSERT_GE(got.jobs[0].id.value, 21);
    });
}

TEST(queue_limits, limit_zero_stops_a_server_and_clearing_it_starts_it_again)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("t:dst", 0);
        auto items = jobs_on(1, 2, "src", "dst");
        co_await load(q, std::move(items));
        auto got = co_await q.claim("w1", 5);
        CO_ASSERT_TRUE(got.jobs.empty());
        const auto facts = co_await q.why(job_id(1));
        CO_ASSERT_EQ(queue::reason(*facts), "t:dst is stopped: its limit is 0");
        co_await q.set_limit("t:dst", std::nullopt);
        got = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(got.jobs.size(), 2u);
    });
}

TEST(queue_limits, defaults_hold_for_a_class_and_for_all_servers_and_raising_them_wakes_everybody)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("*", 1);
        auto items = jobs_on(1, 5, "src", "a");
        auto second = jobs_on(11, 5, "other", "b");
        std::ranges::move(second, std::back_inserter(items));
        co_await load(q, std::move(items));
        auto got = co_await q.claim("w1", 20);
        CO_ASSERT_EQ(got.jobs.size(), 2u);
        co_await q.set_limit("s:*", 3); // targets still have one each
        got = co_await q.claim("w1", 20);
        CO_ASSERT_TRUE(got.jobs.empty());
        co_await q.set_limit("t:*", 2);
        got = co_await q.claim("w1", 20);
        CO_ASSERT_EQ(got.jobs.size(), 2u);
        co_await q.set_limit("t:*", 100);
        got = co_await q.claim("w1", 20);
        CO_ASSERT_EQ(got.jobs.size(), 2u); // three a source
        const auto star = co_await limit_named(q, "s:*");
        CO_ASSERT_EQ(star.explicit_limit, 3);
        const auto source = co_await limit_named(q, "s:src");
        CO_ASSERT_EQ(source.effective, 3);
        CO_ASSERT_FALSE(source.explicit_limit.has_value());
    });
}

TEST(queue_limits, a_city_may_be_limited_too_and_does_not_hold_up_its_lane)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("c:*", 1);
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 4; ++i)
            items.push_back(job(i, "recife"));
        for (int i = 11; i <= 14; ++i)
            items.push_back(job(i, "olinda"));
        co_await load(q, std::move(items));
        auto got = co_await q.claim("w1", 8);
        CO_ASSERT_EQ(got.jobs.size(), 2u);
        CO_ASSERT_NE(got.jobs[0].city, got.jobs[1].city);
        co_await q.complete(got.jobs[0].id, got.jobs[0].attempt);
        const auto next = co_await q.claim("w1", 8);
        CO_ASSERT_EQ(next.jobs.size(), 1u);
        CO_ASSERT_EQ(next.jobs[0].city, got.jobs[0].city);
        co_await q.set_limit("c:recife", 3);
        got = co_await q.claim("w1", 8);
        CO_ASSERT_EQ(got.jobs.size(), 2u);
        for (const auto& one : got.jobs)
            CO_ASSERT_EQ(one.city, "recife");
    });
}

TEST(queue_limits, a_slot_does_not_leak_through_stale_answers_and_double_reaps)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("t:dst", 2);
        auto items = jobs_on(1, 2, "src", "dst");
        co_await load(q, std::move(items));
        for (int round = 0; round < 5; ++round) {
            const auto got = co_await q.claim("w1", 5, 0ms);
            CO_ASSERT_EQ(got.jobs.size(), 2u);
            const auto reaped = co_await q.reap();
            CO_ASSERT_EQ(reaped.size(), 2u);
            const auto twice = co_await q.reap();
            CO_ASSERT_TRUE(twice.empty());
            for (const auto& one : got.jobs) {
                co_await q.complete(one.id, one.attempt);
                co_await q.fail(one.id, one.attempt, 0ms, false, "x");
                co_await q.release(one.id, one.attempt);
            }
            const auto used = co_await limit_named(q, "t:dst");
            CO_ASSERT_EQ(used.used, 0);
        }
        const auto got = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(got.jobs.size(), 2u);
        for (const auto& one : got.jobs) {
            co_await q.complete(one.id, one.attempt);
            co_await q.complete(one.id, one.attempt);
        }
        const auto used = co_await limit_named(q, "t:dst");
        CO_ASSERT_EQ(used.used, 0);
    });
}

TEST(queue_limits, names_of_managed_servers_longer_than_a_listpack_value_are_no_burden)
{
    with_queue([](redis_queue& q) -> task<> {
        const std::string source(90, 's');
        const std::string target(90, 't');
        auto items = jobs_on(1, 3, source, target);
        co_await load(q, std::move(items));
        co_await q.set_limit("t:" + target, 1);
        const auto got = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(got.jobs.size(), 1u);
        const auto view = co_await q.view(got.jobs[0].id);
        CO_ASSERT_EQ(view->lane, queue::lane_name(source, target));
    }); // the structure check insists on listpacks
}

TEST(queue_limits, a_job_without_servers_is_held_by_nothing)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("*", 0);
        auto items = jobs_on(1, 30, "", "");
        co_await load(q, std::move(items));
        const auto got = co_await q.claim("w1", 30);
        CO_ASSERT_EQ(got.jobs.size(), 30u);
    });
}
