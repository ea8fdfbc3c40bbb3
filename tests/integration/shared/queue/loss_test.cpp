// Losing Redis, in part or whole: data gone, scripts gone, memory full, the server itself gone.
#include "queue_fixture.hpp"
#include "shared/queue/keys.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

using call = std::function<task<>()>;

task<bool> tells_that_it_is_closed(const call& what)
{
    try {
        co_await what();
    } catch (const failure& e) {
        const std::string_view said = e.what();
        const bool named = said.find("loaded anew") != std::string_view::npos;
        co_return named && e.kind() == error_kind::unreachable;
    }
    co_return false;
}

} // namespace

TEST(queue_loss, a_closed_queue_takes_no_end_of_a_claim_and_an_open_one_takes_it_then)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2)};
        items[1].depends_on = {job_id(1)};
        co_await load(q, std::move(items));
        const auto one = co_await claim_one(q);
        const std::vector<call> ends{
            [&]() -> task<> { co_await q.complete(one.id, one.attempt); },
            [&]() -> task<> { co_await q.fail(one.id, one.attempt, milliseconds(0), true, "x"); },
            [&]() -> task<> { co_await q.release(one.id, one.attempt); }};
        co_await q.close();
        for (const auto& end : ends) {
            const bool told = co_await tells_that_it_is_closed(end);
            CO_ASSERT_TRUE(told);
        }
        const auto state = co_await state_of(q, 1);
        CO_ASSERT_EQ(state, "active");
        co_await q.open("test");
        const auto done = co_await q.complete(one.id, one.attempt);
        CO_ASSERT_FALSE(done.stale);
        CO_ASSERT_EQ(done.released, 1);
    });
}

TEST(queue_loss, after_flushall_claiming_is_closed_and_a_new_epoch_is_loaded_while_workers_keep_their_jobs)
{
    redis_server server;
    with_queue(server, [&](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2), job(3), job(4)};
        items[3].depends_on = {job_id(1), job_id(2)};
        co_await load(q, std::move(items));
        const auto one = co_await claim_one(q, "w1");
        const auto two = co_await claim_one(q, "w1");
        const auto done = co_await q.complete(two.id, two.attempt);
        CO_ASSERT_FALSE(done.stale);

        server.command("FLUSHALL");
        const auto closed = co_await q.claim("w1", 1);
        CO_ASSERT_FALSE(closed.open);
        const call end = [&]() -> task<> { co_await q.complete(one.id, one.attempt); };
        const bool told = co_await tells_that_it_is_closed(end);
        CO_ASSERT_TRUE(told);

        // What the leader knows from the control database: job 2 is done, job 1 runs as claim 1 of w1.
        q.use_epoch(next_epoch());
        queue::adopt_item running{job(one.id.value), "w1"};
        running.job.attempt_floor = one.attempt;
        std::vector<queue::adopt_item> adopted{running};
        const auto came_back = co_await q.adopt(std::move(adopted));
        CO_ASSERT_EQ(came_back, 1);
        const auto left = one.id.value == 1 ? 2 : 1;
        auto child = job(4);
        child.depends_on = {one.id};
        auto third = job(3);
        third.attempt_floor = 6;
        std::vector<enqueue_item> rest{third, child};
        co_await load(q, std::move(rest));
        co_await q.open("again");

        const auto active = co_await q.active();
        CO_ASSERT_EQ(active.size(), 1u);
        CO_ASSERT_EQ(active[0].owner, "w1");
        const auto facts = co_await q.why(one.id);
        CO_ASSERT_GT(*facts->lease, 50s);
        const auto next = co_await q.claim("w2", 10);
        CO_ASSERT_EQ(ids_of(next.jobs), (std::vector<std::int64_t>{3}));
        CO_ASSERT_EQ(next.jobs[0].attempt, 7);
        const auto kept = co_await q.complete(one.id, one.attempt); // as if nothing had happened
        CO_ASSERT_FALSE(kept.stale);
        CO_ASSERT_EQ(kept.released, 1);
        const auto gone = co_await state_of(q, left);
        CO_ASSERT_EQ(gone, "unknown");
    });
}

TEST(queue_loss, the_jobs_of_a_worker_whose_process_has_ended_go_to_others_at_once)
{
    redis_server server;
    with_queue(server, [&](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1), job(2), job(3)};
        co_await load(q, std::move(items));
        const auto kept = co_await claim_one(q, "w1");
        const auto lost = co_await claim_one(q, "w2");
        const auto held = co_await q.gone("w2");
        CO_ASSERT_EQ(held, 1);
        const auto taken = co_await q.reap();
        CO_ASSERT_EQ(taken.size(), 1u);
        CO_ASSERT_EQ(taken[0].id.value, lost.id.value);
        const auto late = co_await q.complete(lost.id, lost.attempt);
        CO_ASSERT_TRUE(late.stale);
        const auto done = co_await q.complete(kept.id, kept.attempt);
        CO_ASSERT_FALSE(done.stale);
        const auto nobody = co_await q.gone("w9");
        CO_ASSERT_EQ(nobody, 0);
    });
}

TEST(queue_loss, an_adopted_job_that_finishes_while_the_rest_still_loads_holds_nobody_up)
{
    with_queue([](redis_queue& q) -> task<> {
        std::vector<queue::adopt_item> adopted(1);
        adopted[0].job = job(1);
        adopted[0].job.attempt_floor = 3;
        adopted[0].owner = "w1";
        co_await q.adopt(adopted);
        const auto twice = co_await q.adopt(std::move(adopted));
        CO_ASSERT_EQ(twice, 0);
        const auto done = co_await q.complete(job_id(1), 3);
        CO_ASSERT_FALSE(done.stale);
        auto child = job(2);
        child.depends_on = {job_id(1)};
        std::vector<enqueue_item> items{child};
        co_await load(q, std::move(items));
        co_await claim_one(q);
    });
}

TEST(queue_loss, an_adopted_job_counts_against_limits_and_is_reaped_when_its_worker_is_gone)
{
    with_queue([](redis_queue& q) -> task<> {
        co_await q.set_limit("t:dst", 1);
        std::vector<queue::adopt_item> adopted(1);
        adopted[0].job = job(1);
        adopted[0].job.attempt_floor = 3;
        adopted[0].job.tries = 2;
        adopted[0].owner = "gone";
        co_await q.adopt(std::move(adopted));
        std::vector<enqueue_item> items{job(2)};
        co_await load(q, std::move(items));
        const auto none = co_await q.claim("w1", 1);
        CO_ASSERT_TRUE(none.jobs.empty());
        const auto released = co_await q.release(job_id(1), 3);
        CO_ASSERT_TRUE(released == release_answer::released);
        const auto got = co_await q.claim("w1", 2);
        CO_ASSERT_EQ(got.jobs.size(), 1u);
    });
}

TEST(queue_loss, scripts_flushed_from_the_server_are_loaded_again)
{
    redis_server server;
    with_queue(server, [&](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        server.command("SCRIPT FLUSH");
        const auto got = co_await claim_one(q);
        server.command("SCRIPT FLUSH");
        const auto done = co_await q.complete(got.id, got.attempt);
        CO_ASSERT_FALSE(done.stale);
    });
}

TEST(queue_loss, a_full_redis_still_claims_beats_fails_and_completes)
{
    redis_server server({"--maxmemory-policy", "noeviction"});
    with_queue(server, [&](redis_queue& q) -> task<> {
        std::vector<enqueue_item> items;
        for (int i = 1; i <= 6; ++i)
            items.push_back(job(i));
        items.push_back(job(7));
        items.back().depends_on = {job_id(1)};
        co_await load(q, std::move(items));
        const auto before = co_await q.claim("w1", 2);
        CO_ASSERT_EQ(before.jobs.size(), 2u);
        server.command("CONFIG SET maxmemory 1");

        bool refused = false;
        try {
            std::vector<enqueue_item> more{job(100)};
            co_await q.enqueue(std::move(more));
        } catch (const redis::error& e) {
            refused = e.code() == "OOM";
        }
        CO_ASSERT_TRUE(refused);

        std::vector<queue::beat_item> beats(1);
        beats[0].id = before.jobs[0].id;
        beats[0].attempt = before.jobs[0].attempt;
        const auto beat = co_await q.beat("w1", "{}", std::move(beats));
        CO_ASSERT_TRUE(beat.jobs.at(0) == beat_answer::ok);
        for (const auto& one : before.jobs)
            co_await q.complete(one.id, one.attempt);
        const auto after = co_await q.claim("w1", 5);
        CO_ASSERT_EQ(after.jobs.size(), 5u); // the dependent among them
        co_await q.fail(after.jobs[0].id, after.jobs[0].attempt, 10s, false, "x");
        co_await q.fail(after.jobs[1].id, after.jobs[1].attempt, 10s, true, "x");
        co_await q.release(after.jobs[2].id, after.jobs[2].attempt);
        co_await q.bump(after.jobs[3].id, after.jobs[3].attempt, 50);
        co_await q.redo(after.jobs[1].id);
        co_await q.set_limit("t:dst", 3);
        co_await q.drain("w9");
        co_await q.reap();
        co_await q.pause(rollout_id(1));
        co_await q.cancel(rollout_id(1));
        server.command("CONFIG SET maxmemory 0");
    });
}

TEST(queue_loss, a_restarted_server_is_another_one)
{
    redis_server server;
    with_queue(server, [&](redis_queue& q) -> task<> {
        const auto before = co_await q.server_run_id();
        server.kill9();
        bool unreachable = false;
        try {
            co_await q.claim("w1", 1);
        } catch (const failure& e) {
            unreachable = e.kind() == error_kind::unreachable;
        }
        CO_ASSERT_TRUE(unreachable);
        server.start();
        const auto after = co_await q.server_run_id();
        CO_ASSERT_NE(before, after);
        const auto meta = co_await q.meta();
        CO_ASSERT_FALSE(meta.open);
        CO_ASSERT_EQ(meta.run_id, "");
    });
}

TEST(queue_loss, keys_of_older_epochs_are_dropped_and_nothing_else)
{
    redis_server server;
    with_queue(server, [&](redis_queue& q) -> task<> {
        server.command("SET unrelated 1");
        server.command("SET {tropeiro}:engine 1");
        for (int round = 0; round < 3; ++round) {
            std::vector<enqueue_item> items;
            for (int i = 1; i <= 1000; ++i)
                items.push_back(job(i));
            co_await load(q, std::move(items));
            q.use_epoch(next_epoch());
        }
        std::vector<enqueue_item> items{job(1)};
        co_await load(q, std::move(items));
        co_await q.open("x");
        const auto dropped = co_await q.drop_older_epochs();
        CO_ASSERT_GT(dropped, 3000);
        const auto again = co_await q.drop_older_epochs();
        CO_ASSERT_EQ(again, 0);
        co_await claim_one(q);
        CO_ASSERT_NE(server.command("EXISTS unrelated").find(":1"), std::string::npos);
        CO_ASSERT_NE(server.command("EXISTS {tropeiro}:engine").find(":1"), std::string::npos);
    });
}
