#include "scheduler/dispatch/scheduler_service.hpp"

#include "tests/integration/scheduler/dispatch/fleet.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

using model::rollout_state;

TEST(scheduler_service, a_rollout_is_loaded_worked_off_finished_and_leaves_redis)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        const auto id = co_await submit(service, f);
        quick_worker worker(f);
        co_await worker.until_state(f, id, "done");
        CO_ASSERT_EQ(f.job_states(), std::string(18, 'd'));
        std::function<task<bool>()> gone = [&]() -> task<bool> {
            const auto counts = co_await service.jobs().counts(id);
            co_return counts.total() == 0;
        };
        co_await eventually(std::move(gone), "the rollout has left Redis");
    });
}

TEST(scheduler_service,
     a_flushed_redis_in_mid_rollout_is_filled_again_and_running_jobs_stay_with_their_worker)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        const auto id = co_await submit(service, f);
        quick_worker worker(f);
        worker.sits_on = {"copy"};
        std::function<task<bool>()> copies_run = [&]() -> task<bool> {
            co_await worker.work();
            co_return worker.held.size() == 6;
        };
        co_await eventually(std::move(copies_run), "all copies run");
        const auto before = epoch_of(f);
        f.redis.command("FLUSHALL");
        co_await queue_stands(service, f, before);
        co_await worker.follow();
        const auto active = co_await worker.jobs().active();
        CO_ASSERT_EQ(active.size(), 6U);
        for (const auto& claim : worker.held) {
            const auto view = co_await worker.jobs().view(claim.id);
            CO_ASSERT_EQ(view->attempt, claim.attempt);
            CO_ASSERT_EQ(view->owner, "quick");
            co_await worker.finish(claim);
        }
        worker.sits_on.clear();
        co_await worker.until_state(f, id, "done");
        CO_ASSERT_EQ(f.psql("SELECT max(claim_seq) FROM tropeiro.job"), "1"); // nothing was done twice
    });
}

TEST(scheduler_service, the_end_of_a_rollout_is_seen_long_before_an_idle_scheduler_would_look)
{
    fleet f;
    run([&]() -> task<> {
        co_await f.prepare();
        auto options = f.options("first");
        options.dispatch_tick = seconds(60);
        std::function<task<>(scheduler_service&)> body = [&](scheduler_service& service) -> task<> {
            const auto id = co_await submit(service, f);
            quick_worker worker(f);
            co_await worker.until_state(f, id, "done");
        };
        co_await with_service(std::move(options), std::move(body));
    });
}

TEST(scheduler_service, a_killed_redis_that_comes_back_empty_is_filled_again)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        const auto id = co_await submit(service, f);
        quick_worker worker(f);
        std::function<task<bool>()> begun = [&]() -> task<bool> {
            const auto took = co_await worker.work(1);
            co_return took > 0;
        };
        co_await eventually(std::move(begun), "a first job is done");
        const auto before = epoch_of(f);
        CO_ASSERT_FALSE(service.dispatching_outage().on());
        f.redis.kill9();
        std::function<task<bool>()> held_up = [&]() -> task<bool> {
            co_return service.dispatching_outage().on();
        };
        co_await eventually(std::move(held_up), "the outage is known");
        f.redis.start();
        co_await queue_stands(service, f, before);
        std::function<task<bool>()> over = [&]() -> task<bool> {
            co_return !service.dispatching_outage().on();
        };
        co_await eventually(std::move(over), "the outage is over");
        co_await worker.until_state(f, id, "done");
    });
}

TEST(scheduler_service, a_second_one_stands_by_and_takes_over)
{
    fleet f;
    run([&]() -> task<> {
        co_await f.prepare();
        const auto executor = co_await asio::this_coro::executor;
        auto first = std::make_unique<scheduler_service>(executor, f.options("first"));
        auto second = std::make_unique<scheduler_service>(executor, f.options("second"));
        first->start();
        co_await until_leading(*first);
        second->start();
        const auto id = co_await submit(*first, f);
        quick_worker worker(f);
        std::function<task<bool>()> begun = [&]() -> task<bool> {
            const auto took = co_await worker.work(1);
            co_return took > 0;
        };
        co_await eventually(std::move(begun), "a first job is done");
        CO_ASSERT_FALSE(second->leading());
        CO_ASSERT_TRUE(second->another_leads());
        CO_ASSERT_FALSE(second->election_outage().on());
        const auto epoch = epoch_of(f);
        first->stop();
        co_await first->join();
        first.reset();
        co_await until_leading(*second);
        CO_ASSERT_FALSE(second->another_leads());
        co_await worker.until_state(f, id, "done");
        const auto another = co_await submit(*second, f);
        co_await worker.until_state(f, another, "done");
        CO_ASSERT_EQ(epoch_of(f), epoch); // the queue was sound: nothing was loaded anew
        second->stop();
        co_await second->join();
    });
}

TEST(scheduler_service, who_cannot_ask_for_the_lead_knows_since_when_and_not_that_another_leads)
{
    fleet f;
    run([&]() -> task<> {
        co_await f.prepare();
        auto options = f.options("cut off");
        options.control.host = "127.0.0.1";
        options.control.port = "1";
        std::function<task<>(scheduler_service&)> body = [&](scheduler_service& service) -> task<> {
            std::function<task<bool>()> known = [&]() -> task<bool> {
                co_return service.election_outage().on();
            };
            co_await eventually(std::move(known), "the outage is known");
            const auto began = service.election_outage().since();
            co_await test::pause(milliseconds(1500)); // several tries more
            CO_ASSERT_TRUE(service.election_outage().on());
            CO_ASSERT_TRUE(service.election_outage().since() == began);
            CO_ASSERT_EQ(service.election_outage().last().kind, error_kind::unreachable);
            CO_ASSERT_FALSE(service.another_leads());
        };
        co_await with_service(std::move(options), std::move(body));
    });
}

TEST(scheduler_service, a_leader_whose_session_is_cut_stops_and_leads_again)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        co_await until_leading(service);
        f.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tropeiro "
               "leader first'");
        co_await until_leading(service, false);
        co_await until_leading(service);
        const auto id = co_await submit(service, f);
        quick_worker worker(f);
        co_await worker.until_state(f, id, "done");
    });
}

TEST(scheduler_service, pause_resume_and_cancel_reach_the_queue)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        const auto id = co_await submit(service, f);
        auto control = co_await pg::connection::open(f.control);
        co_await store::ask_rollout(control, id, rollout_state::paused);
        service.notify(id);
        std::function<task<bool>()> paused = [&]() -> task<bool> {
            const auto counts = co_await service.jobs().counts(id);
            co_return counts.paused == 2;
        };
        co_await eventually(std::move(paused), "both first jobs are paused");
        co_await store::ask_rollout(control, id, rollout_state::running);
        service.notify(id);
        std::function<task<bool>()> resumed = [&]() -> task<bool> {
            const auto counts = co_await service.jobs().counts(id);
            co_return counts.ready == 2;
        };
        co_await eventually(std::move(resumed), "both first jobs are ready");
        co_await store::ask_rollout(control, id, rollout_state::cancelled);
        quick_worker worker(f);
        co_await worker.until_state(f, id, "cancelled");
        CO_ASSERT_EQ(f.job_states(), std::string(18, 'c'));
    });
}

TEST(scheduler_service, a_dead_job_that_is_retried_runs_again_in_an_open_and_in_a_failed_rollout)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        const auto id = co_await submit(service, f);
        quick_worker worker(f);
        worker.sits_on = {"verify", "indexes"};
        std::function<task<bool>()> both_held = [&]() -> task<bool> {
            co_await worker.work();
            co_return worker.held.size() == 2;
        };
        co_await eventually(std::move(both_held), "both index jobs run");
        const auto first = worker.held[0];
        const auto second = worker.held[1];
        auto control = co_await pg::connection::open(f.control);
        co_await worker.jobs().fail(first.id, first.attempt, milliseconds(0), true, "boom");
        co_await control.query(
            "UPDATE tropeiro.job SET state = 'dead', error = 'boom', attempts = 1 WHERE id = $1", first.id);
        co_await store::retry_job(control, first.id); // the other city's job still runs: the rollout is open
        service.notify(id);
        worker.sits_on = {"verify"};
        std::function<task<bool>()> done_again = [&]() -> task<bool> {
            co_await worker.work();
            co_return f.psql("SELECT state FROM tropeiro.job WHERE id = " + std::to_string(first.id.value)) ==
                "done";
        };
        co_await eventually(std::move(done_again), "the retried job is done");

        co_await worker.jobs().fail(second.id, second.attempt, milliseconds(0), true, "boom");
        co_await control.query(
            "UPDATE tropeiro.job SET state = 'dead', error = 'boom', attempts = 1 WHERE id = $1", second.id);
        worker.sits_on.clear();
        for (const auto& claim : worker.held)
            if (claim.kind == "verify") co_await worker.finish(claim);
        co_await worker.until_state(f, id, "failed");
        co_await store::retry_rollout(control, id);
        co_await worker.until_state(f, id, "done");
    });
}

TEST(scheduler_service, a_job_whose_workers_keep_dying_is_buried)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        f.cities = {"recife"};
        const auto id = co_await submit(service, f);
        quick_worker worker(f);
        co_await queue_stands(service, f, 0);
        auto control = co_await pg::connection::open(f.control);
        std::function<task<bool>()> dies = [&]() -> task<bool> {
            co_await worker.follow();
            const auto answer = co_await worker.jobs().claim("mortal", 1, milliseconds(1));
            for (const auto& claim : answer.jobs)
                co_await worker.ratify(control, claim);
            co_return f.state_of(id) == "failed";
        };
        co_await eventually(std::move(dies), "rollout failed");
        const auto error = f.psql("SELECT error FROM tropeiro.job WHERE state = 'dead'");
        CO_ASSERT_NE(error.find("its workers died more than 5 times"), std::string::npos);
    });
}

TEST(scheduler_service, a_control_database_that_restarts_is_waited_for)
{
    test::postgres_server server;
    fleet f;
    f.control = server.create_database("control");
    run([&]() -> task<> {
        co_await f.prepare();
        std::function<task<>(scheduler_service&)> body = [&](scheduler_service& service) -> task<> {
            const auto id = co_await submit(service, f);
            server.stop();
            co_await test::pause(milliseconds(300));
            server.start();
            quick_worker worker(f);
            std::function<task<bool>()> done = [&]() -> task<bool> {
                try {
                    co_await worker.work();
                } catch (const failure&) {
                }
                co_return server.psql("SELECT state FROM tropeiro.rollout", "control").starts_with("done");
            };
            co_await eventually(std::move(done), "rollout " + std::to_string(id.value) + " is done");
        };
        auto options = f.options("first");
        co_await with_service(std::move(options), std::move(body));
    });
}

} // namespace
} // namespace tropeiro::scheduler::dispatch
