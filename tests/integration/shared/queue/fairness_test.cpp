// Who is served next: cities of a lane take turns, and so do lanes, also when slots are scarce.
#include "queue_fixture.hpp"
#include "shared/queue/keys.hpp"
#include "shared/queue/transitions.hpp"

#include <algorithm>

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

enqueue_item job_to(std::int64_t id, std::string target, std::string city)
{
    auto item = job(id, std::move(city));
    item.lane = queue::lane_name("src", target);
    return item;
}

/// pause() without its sweep, as when the scheduler dies in between: claims meet the jobs and put them aside.
task<> wish_a_pause(redis_queue& q, std::int64_t run)
{
    redis::reconnecting_client client(url_of(shared_redis()));
    std::vector<std::string> keys{queue::keys::prefix(q.epoch())};
    std::vector<std::string> args{std::to_string(run), "pause"};
    co_await redis::evaluate(client, queue::all_transitions().control, std::move(keys), std::move(args));
}

std::map<std::string, int> count(const std::vector<std::string>& cities, std::size_t first)
{
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i < std::min(first, cities.size()); ++i)
        ++counts[cities[i]];
    return counts;
}

} // namespace

TEST(queue_fairness, a_small_city_does_not_wait_for_a_large_one)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 100; ++i)
            items.push_back(job(i, "recife"));
        for (int i = 101; i <= 105; ++i)
            items.push_back(job(i, "olinda"));
        co_await load(q, std::move(items));
        const auto order = co_await drain_cities(q);
        CO_ASSERT_EQ(order.size(), 105u);
        CO_ASSERT_EQ(count(order, 10)["olinda"], 5);
    });
}

TEST(queue_fairness, a_city_that_comes_late_takes_turns_at_once_but_gets_no_arrears)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 60; ++i)
            items.push_back(job(i, "recife"));
        co_await load(q, std::move(items));
        for (int i = 0; i < 30; ++i) {
            const auto got = co_await claim_one(q);
            co_await q.complete(got.id, got.attempt);
        }
        std::vector<enqueue_item> late;
        for (int i = 101; i <= 130; ++i)
            late.push_back(job(i, "olinda"));
        co_await load(q, std::move(late));
        const auto order = co_await drain_cities(q);
        const auto first = count(order, 20);
        CO_ASSERT_LE(std::abs(first.at("olinda") - first.at("recife")), 1);
    });
}

TEST(queue_fairness, a_city_whose_jobs_come_one_by_one_does_not_overtake_one_that_waits)
{
    with_queue([](redis_queue& q) -> task<> {
        // "a..." sorts first, and each of its jobs is released by the one before it: it leaves and joins all
        // the time.
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 20; ++i) {
            items.push_back(job(i, "abreu"));
            if (i > 1) items.back().depends_on = {job_id(i - 1)};
        }
        for (int i = 101; i <= 120; ++i)
            items.push_back(job(i, "zabele"));
        co_await load(q, std::move(items));
        const auto order = co_await drain_cities(q);
        const auto first = count(order, 20);
        CO_ASSERT_LE(std::abs(first.at("abreu") - first.at("zabele")), 1);
    });
}

TEST(queue_fairness, lanes_take_turns)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 90; ++i)
            items.push_back(job_to(i, "big", "recife"));
        for (int i = 101; i <= 110; ++i)
            items.push_back(job_to(i, "small", "olinda"));
        co_await load(q, std::move(items));
        const auto order = co_await drain_cities(q);
        CO_ASSERT_EQ(order.size(), 100u);
        CO_ASSERT_GE(count(order, 21)["olinda"], 10);
    });
}

TEST(queue_fairness, lanes_that_share_a_full_server_take_turns_as_its_slots_come_free)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("s:src", 1);
        std::vector<enqueue_item> items;
        const std::vector<std::string> targets{"a", "b", "c", "d", "e"};
        for (int i = 0; i < 100; ++i) {
            const auto& target = targets[static_cast<std::size_t>(i) % targets.size()];
            items.push_back(job_to(i + 1, target, "city-" + target));
        }
        co_await load(q, std::move(items));
        std::vector<std::string> order;
        for (int i = 0; i < 50; ++i) {
            const auto got =
                co_await q.claim("w1", 10); // wants more than the one slot: every lane gets parked
            CO_ASSERT_EQ(got.jobs.size(), 1u);
            order.push_back(got.jobs[0].city);
            co_await q.complete(got.jobs[0].id, got.jobs[0].attempt);
        }
        const auto counts = count(order, 50);
        CO_ASSERT_EQ(counts.size(), 5u);
        for (const auto& [city, served] : counts)
            EXPECT_EQ(served, 10) << city;
    });
}

TEST(queue_fairness, set_aside_jobs_cost_their_city_no_turn)
{
    with_queue([](redis_queue& q) -> task<> {
        // recife has jobs of two rollouts; the one is paused, and its jobs are met and put aside by claims.
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 10; ++i)
            items.push_back(job(i, "recife"));
        for (int i = 11; i <= 20; ++i)
            items.push_back(job(i, "olinda"));
        co_await load(q, std::move(items));
        std::vector<enqueue_item> paused;
        for (int i = 21; i <= 40; ++i) {
            paused.push_back(job(i, "recife"));
            paused.back().run = rollout_id(2);
            paused.back().score = 5; // before the others
        }
        co_await load(q, std::move(paused), 2);
        co_await wish_a_pause(q, 2);
        const auto order = co_await drain_cities(q);
        CO_ASSERT_EQ(order.size(), 20u);
        const auto first = count(order, 10);
        CO_ASSERT_LE(std::abs(first.at("olinda") - first.at("recife")), 1);
        const auto counts = co_await q.counts(rollout_id(2));
        CO_ASSERT_EQ(counts.paused, 20);
    });
}
