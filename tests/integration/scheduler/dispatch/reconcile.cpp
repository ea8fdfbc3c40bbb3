#include "scheduler/dispatch/reconcile.hpp"

#include "scheduler/dispatch/loader.hpp"
#include "shared/queue/keys.hpp"
#include "tests/integration/scheduler/dispatch/fleet.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

/// A rollout of one city in a queue without a scheduler, so that nothing heals but what the test calls.
struct table {
    fleet f;
    model::rollout_id id;
    reconciler healer{5};
    std::optional<queue::redis_queue> jobs;
    std::optional<pg::connection> control;

    task<> lay()
    {
        f.cities = {"recife"};
        co_await f.prepare();
        auto opened = co_await pg::connection::open(f.control);
        control.emplace(std::move(opened));
        auto what = test_plans::plan_for(f.cities);
        id = co_await store::store_rollout(*control, what, store::store_options());
        jobs.emplace(f.redis_url(), 1);
        const auto run_id = co_await jobs->server_run_id();
        co_await jobs->open(run_id);
        const auto rollouts = co_await store::open_rollouts(*control);
        co_await load_rollout(*control, *jobs, rollouts.at(0), 5);
    }

    task<reconciled> heal(bool count_watched = true)
    {
        const auto rollouts = co_await store::open_rollouts(*control);
        auto result = co_await healer.pass(*control, *jobs, rollouts.at(0), count_watched);
        co_return result;
    }

    std::int64_t number(int place) const
    {
        return std::stoll(
            f.psql("SELECT id FROM tropeiro.job ORDER BY id LIMIT 1 OFFSET " + std::to_string(place)));
    }

    task<std::string> in_redis(int place)
    {
        const auto view = co_await jobs->view(model::job_id(number(place)));
        co_return view ? view->state : "unknown";
    }

    task<queue::claimed> claim_and_ratify()
    {
        const auto answer = co_await jobs->claim("w", 1);
        const auto claim = answer.jobs.at(0);
        co_await control->query(
            "UPDATE tropeiro.job SET state = 'running', claim_seq = $2, owner = 'w' WHERE id = $1", claim.id,
            claim.attempt);
        co_return claim;
    }

    void forget_job(int place) const
    {
        f.redis.command("DEL " + queue::keys::prefix(1) + "j:" + std::to_string(number(place)));
    }
};

void on_a_table(std::function<task<>(table&)> body)
{
    run([&]() -> task<> {
        table t; // in here, since connections must die before their loop
        co_await t.lay();
        co_await body(t);
    });
}

TEST(reconcile, sides_that_agree_are_left_alone)
{
    on_a_table([](table& t) -> task<> {
        for (int i = 0; i < 3; ++i) {
            const auto result = co_await t.heal();
            CO_ASSERT_EQ(result.healed(), 0);
            CO_ASSERT_TRUE(result.beyond_repair.empty());
        }
    });
}

TEST(reconcile, a_waiting_job_that_redis_lost_goes_back_in)
{
    on_a_table([](table& t) -> task<> {
        t.forget_job(4);
        const auto result = co_await t.heal();
        CO_ASSERT_EQ(result.enqueued, 1);
        const auto state = co_await t.in_redis(4);
        CO_ASSERT_EQ(state, "wait");
    });
}

TEST(reconcile, a_running_job_that_redis_lost_comes_back_under_its_worker)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        t.forget_job(0);
        const auto result = co_await t.heal();
        CO_ASSERT_EQ(result.enqueued, 1);
        const auto view = co_await t.jobs->view(claim.id);
        CO_ASSERT_EQ(view->state, "active");
        CO_ASSERT_EQ(view->attempt, claim.attempt);
        CO_ASSERT_EQ(view->owner, "w");
    });
}

TEST(reconcile, a_job_done_here_and_active_there_is_completed_and_releases_its_dependents)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        co_await t.control->query("UPDATE tropeiro.job SET state = 'done' WHERE id = $1", claim.id);
        const auto result = co_await t.heal();
        CO_ASSERT_EQ(result.completed, 1);
        const auto next = co_await t.in_redis(1);
        CO_ASSERT_EQ(next, "ready");
    });
}

TEST(reconcile, a_job_dead_there_and_running_here_is_dead_here_too)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        co_await t.jobs->fail(claim.id, claim.attempt, milliseconds(0), true, "boom");
        const auto result = co_await t.heal();
        CO_ASSERT_EQ(result.buried, 1);
        CO_ASSERT_EQ(t.f.job_states(), "dwwwwwwww");
        CO_ASSERT_EQ(t.f.psql("SELECT state FROM tropeiro.job ORDER BY id LIMIT 1"), "dead");
    });
}

TEST(reconcile, a_job_retried_here_and_dead_there_tries_again)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        co_await t.jobs->fail(claim.id, claim.attempt, milliseconds(0), true, "boom");
        co_await t.control->query("UPDATE tropeiro.job SET state = 'wait', attempts = 0 WHERE id = $1",
                                  claim.id);
        const auto result = co_await t.heal(false);
        CO_ASSERT_EQ(result.redone, 1);
        const auto state = co_await t.in_redis(0);
        CO_ASSERT_EQ(state, "ready");
    });
}

TEST(reconcile, a_job_dead_here_and_active_there_is_stopped)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        co_await t.control->query("UPDATE tropeiro.job SET state = 'dead' WHERE id = $1", claim.id);
        const auto result = co_await t.heal();
        CO_ASSERT_EQ(result.stopped, 1);
        const auto state = co_await t.in_redis(0);
        CO_ASSERT_EQ(state, "dead");
    });
}

TEST(reconcile, a_running_job_of_a_cancelled_rollout_that_nobody_holds_is_cancelled)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        co_await store::ask_rollout(*t.control, t.id, model::rollout_state::cancelled);
        co_await t.jobs->cancel(t.id);
        co_await t.jobs->release(claim.id, claim.attempt);
        const auto result = co_await t.heal();
        CO_ASSERT_EQ(result.cancelled, 1);
        CO_ASSERT_EQ(t.f.job_states(), "ccccccccc");
    });
}

TEST(reconcile, what_stands_wrong_in_two_passes_asks_for_a_new_queue)
{
    on_a_table([](table& t) -> task<> {
        const auto claim = co_await t.claim_and_ratify();
        co_await t.jobs->complete(claim.id, claim.attempt); // and the control database forgot that it is done
        const auto first = co_await t.heal();
        CO_ASSERT_TRUE(first.beyond_repair.empty());
        const auto looked = co_await t.heal(false); // no pass of its own
        CO_ASSERT_TRUE(looked.beyond_repair.empty());
        const auto second = co_await t.heal();
        CO_ASSERT_EQ(second.beyond_repair.size(), 1U);
        CO_ASSERT_EQ(second.beyond_repair.at(0), claim.id.value);
    });
}

TEST(reconcile, a_scheduler_loads_the_queue_anew_when_that_is_what_it_takes)
{
    fleet f;
    f.cities = {"recife"};
    run([&]() -> task<> {
        co_await f.prepare();
        std::function<task<>(scheduler_service&)> body = [&](scheduler_service& service) -> task<> {
            auto what = test_plans::plan_for(f.cities);
            boost::json::value request = boost::json::object();
            const auto id = co_await service.submit(what, request, std::nullopt);
            quick_worker worker(f);
            worker.sits_on = {"create_database"};
            std::function<task<bool>()> claimed = [&]() -> task<bool> {
                co_await worker.work();
                co_return worker.held.size() == 1;
            };
            co_await eventually(std::move(claimed), "the first job runs");
            const auto claim = worker.held.at(0);
            co_await worker.jobs().complete(claim.id, claim.attempt);
            const auto epoch = f.psql("SELECT epoch FROM tropeiro.queue_epoch");
            co_await until_answer(f, "SELECT epoch > " + epoch + " FROM tropeiro.queue_epoch", "t");
            worker.sits_on.clear();
            co_await worker.finish(claim);
            co_await worker.until_state(f, id, "done");
        };
        auto options = f.options("first");
        co_await with_service(std::move(options), std::move(body));
    });
}

} // namespace
} // namespace tropeiro::scheduler::dispatch
