// The operator's limits on their way into the queue.
#include "scheduler/store/limits.hpp"
#include "tests/integration/scheduler/dispatch/fleet.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

TEST(service_limits, limits_of_the_operator_hold_at_once_and_after_redis_was_lost)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        co_await queue_stands(service, f, 0);
        co_await service.set_limit("t:target:5432", 0);
        const auto id = co_await submit(service, f);
        const auto before = epoch_of(f);
        f.redis.command("FLUSHALL");
        co_await queue_stands(service, f, before);
        quick_worker worker(f);
        const auto took = co_await worker.work();
        CO_ASSERT_EQ(took, 0U);
        co_await service.set_limit("t:target:5432", std::nullopt);
        co_await worker.until_state(f, id, "done");
    });
}

/// The limits that are set in the queue, without those that follow from defaults.
task<store::limits> set_in(queue::redis_queue& jobs)
{
    const auto views = co_await jobs.limits();
    store::limits found;
    for (const auto& view : views)
        if (view.explicit_limit) found[view.resource] = *view.explicit_limit;
    co_return found;
}

task<> until_set(scheduler_service& service, store::limits expected)
{
    std::function<task<bool>()> same = [&]() -> task<bool> {
        const auto found = co_await set_in(service.jobs());
        co_return found == expected;
    };
    co_await eventually(std::move(same), "the limits are set in the queue");
}

TEST(service_limits, a_limit_that_reached_the_control_database_alone_reaches_the_queue_and_leaves_it)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        co_await queue_stands(service, f, 0);
        auto control = co_await pg::connection::open(f.control);
        co_await store::write_limit(control, "t:target:5432", 0);
        store::limits paused{{"*", 8}, {"t:target:5432", 0}};
        co_await until_set(service, paused);
        const auto id = co_await submit(service, f);
        std::function<task<bool>()> loaded = [&]() -> task<bool> {
            const auto counts = co_await service.jobs().counts(id);
            co_return counts.total() == 18;
        };
        co_await eventually(std::move(loaded), "the rollout is in the queue");
        quick_worker worker(f);
        const auto took = co_await worker.work();
        CO_ASSERT_EQ(took, 0U);
        co_await store::write_limit(control, "t:target:5432", std::nullopt);
        store::limits plain{{"*", 8}};
        co_await until_set(service, plain);
        co_await worker.until_state(f, id, "done");
    });
}

TEST(service_limits, limits_that_somebody_changed_in_the_queue_are_set_right_by_reconciling)
{
    with_fleet([](fleet& f, scheduler_service& service) -> task<> {
        co_await queue_stands(service, f, 0);
        co_await service.jobs().set_limit("*", 1);
        co_await service.jobs().set_limit("s:stranger:5432", 0);
        store::limits plain{{"*", 8}};
        co_await until_set(service, plain);
    });
}

TEST(service_limits, limits_of_an_edited_workspace_hold_after_a_restart_on_the_same_queue)
{
    fleet f;
    run([&]() -> task<> {
        co_await f.prepare();
        auto before = f.options("first");
        before.limits.resources = {{"t:target:5432", 0}, {"s:source:5432", 3}};
        std::function<task<>(scheduler_service&)> first = [&](scheduler_service& service) -> task<> {
            store::limits expected{{"*", 8}, {"t:target:5432", 0}, {"s:source:5432", 3}};
            co_await queue_stands(service, f, 0);
            co_await until_set(service, expected);
        };
        co_await with_service(std::move(before), std::move(first));
        const auto epoch = epoch_of(f);
        auto after = f.options("second");
        after.reconcile_every = seconds(600); // taking over is enough
        after.limits.per_server = 4;
        after.limits.resources = {{"t:target:5432", 2}};
        std::function<task<>(scheduler_service&)> second = [&](scheduler_service& service) -> task<> {
            store::limits expected{{"*", 4}, {"t:target:5432", 2}};
            co_await until_set(service, expected);
        };
        co_await with_service(std::move(after), std::move(second));
        CO_ASSERT_EQ(epoch_of(f), epoch); // the queue was sound: nothing was loaded anew
    });
}

} // namespace
} // namespace tropeiro::scheduler::dispatch
