#include "scheduler/dispatch/scheduler_service.hpp"

#include "scheduler/dispatch/leader.hpp"
#include "scheduler/dispatch/limits_in_force.hpp"
#include "scheduler/dispatch/outage.hpp"
#include "scheduler/dispatch/queue_upkeep.hpp"
#include "scheduler/dispatch/reaper.hpp"
#include "scheduler/dispatch/wakeup.hpp"
#include "scheduler/store/store_rollout.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"

#include <functional>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr milliseconds patience{10'000};
constexpr milliseconds shortest_pause{100}; // a rollout's end, and a wave's, are to be seen soon

service_options with_id(service_options options)
{
    if (options.id.empty()) options.id = random_name();
    return options;
}

pg::pool control_pool(asio::any_io_executor executor, const service_options& options)
{
    pg::connect_options connecting;
    connecting.application_name = "tropeiro scheduler " + options.id;
    pg::pool_options size;
    size.max = options.control_connections;
    return pg::pool(std::move(executor), options.control, connecting, size);
}

/// The leader's session ended: all that only a leader does stops.
class leadership_lost : public failure {
  public:
    leadership_lost() : failure(error_kind::unreachable, "this scheduler does not lead any more") {}
};

} // namespace

struct scheduler_service::parts {
    parts(asio::any_io_executor on, service_options how)
        : executor(on), options(with_id(std::move(how))), control(control_pool(on, options)),
          jobs(options.redis, 0), snapshots(control, {options.source, options.id}),
          election(options.control, options.id),
          upkeep(control, jobs, snapshots, {options.redis, options.limits, options.reconcile_every}),
          dispatch_now(on), children(on)
    {
    }

    task<> lead_or_stand_by();
    task<> lead_or_follow();
    task<> follow();
    task<> lead();
    task<> confirm_leadership();
    task<> keep_queue();
    task<> keep_queue_once(milliseconds& pause);
    task<> reap();
    task<> keep_snapshots();
    task<> work_in_turn(std::string what, milliseconds every, std::function<task<>()> step);

    asio::any_io_executor executor;
    service_options options;
    pg::pool control;
    queue::redis_queue jobs;
    snapshot_keeper snapshots;
    leader election;
    queue_upkeep upkeep;
    wakeup dispatch_now;
    rt::task_group children;
    outage dispatching_outage{"dispatching"};
    outage election_outage{"electing a leader"};
    outage following_outage{"following another scheduler's queue"};
    bool another_leads = false;
    bool started = false;
};

/// `step` again and again; a failure is said once and waited out.
task<> scheduler_service::parts::work_in_turn(std::string what, milliseconds every,
                                              std::function<task<>()> step)
{
    outage trouble(std::move(what));
    while (true) {
        auto one = step();
        const auto wait = co_await attempt(trouble, std::move(one));
        co_await rt::sleep_for(wait.value_or(every));
    }
}

task<> scheduler_service::parts::keep_queue()
{
    upkeep.take_over();
    while (true) {
        milliseconds pause = options.dispatch_tick;
        auto one = keep_queue_once(pause);
        const auto wait = co_await attempt(dispatching_outage, std::move(one));
        co_await dispatch_now.nap(wait.value_or(pause));
    }
}

/// A round; `pause` until the next one becomes short while there is something to do.
task<> scheduler_service::parts::keep_queue_once(milliseconds& pause)
{
    const auto began = steady::now();
    const bool busy = co_await upkeep.round();
    if (busy) pause = pause_between_looks(steady::now() - began, shortest_pause, pause);
}

task<> scheduler_service::parts::reap()
{
    std::function<task<>()> step = [this]() -> task<> { co_await reap_once(control, jobs); };
    co_await work_in_turn("watching the workers' leases", options.reap_every, std::move(step));
}

task<> scheduler_service::parts::keep_snapshots()
{
    std::function<task<>()> step = [this]() -> task<> {
        auto fresh = co_await snapshots.maintain(election.leading());
        if (fresh.empty()) co_return;
        upkeep.propose(std::move(fresh));
        dispatch_now.notify();
    };
    co_await work_in_turn("keeping snapshots of the source", options.snapshot_check, std::move(step));
}

task<> scheduler_service::parts::confirm_leadership()
{
    while (true) {
        co_await rt::sleep_for(options.leader_poll);
        const bool still = co_await election.claim();
        if (!still) throw leadership_lost();
    }
}

task<> scheduler_service::parts::lead()
{
    log::info("this scheduler leads", {{"scheduler", options.id}});
    std::function<task<>(rt::task_group&)> body = [this](rt::task_group& group) -> task<> {
        group.spawn(keep_queue(), "queue");
        group.spawn(reap(), "reaper");
        group.spawn(confirm_leadership(), "leader");
        co_return;
    };
    std::exception_ptr thrown;
    try {
        co_await rt::task_group::run(std::move(body));
    } catch (...) {
        thrown = std::current_exception();
    }
    election.resign();
    if (thrown) std::rethrow_exception(thrown);
}

/// Another one leads: look where its queue is, for those who ask us.
task<> scheduler_service::parts::follow()
{
    auto connection = co_await control.acquire(patience);
    const auto row = co_await store::read_queue_epoch(*connection);
    jobs.use_epoch(row.epoch);
}

task<> scheduler_service::parts::lead_or_follow()
{
    const bool ours = co_await election.claim();
    election_outage.worked();
    another_leads = !ours;
    if (ours) {
        co_await lead();
    } else {
        dispatching_outage = outage("dispatching"); // is not ours to do any more
        auto one = follow();
        co_await attempt(following_outage, std::move(one));
    }
}

task<> scheduler_service::parts::lead_or_stand_by()
{
    while (true) {
        auto one = lead_or_follow();
        const auto wait = co_await attempt(election_outage, std::move(one));
        co_await rt::sleep_for(wait.value_or(options.leader_poll));
    }
}

scheduler_service::scheduler_service(asio::any_io_executor executor, service_options options)
    : parts_(std::make_unique<parts>(std::move(executor), std::move(options)))
{
}

scheduler_service::~scheduler_service() = default;

void scheduler_service::start()
{
    if (parts_->started) return;
    parts_->started = true;
    parts_->children.spawn(parts_->lead_or_stand_by(), "dispatch");
    parts_->children.spawn(parts_->keep_snapshots(), "snapshots");
}

task<> scheduler_service::run()
{
    start();
    co_await join();
}

void scheduler_service::stop() { parts_->children.cancel_all(rt::hard); }

task<> scheduler_service::join()
{
    co_await parts_->children.join();
    co_await rt::shield();
    parts_->election.resign();
    parts_->snapshots.drop_all();
    parts_->control.close();
}

void scheduler_service::notify(model::rollout_id) { parts_->dispatch_now.notify(); }

task<model::rollout_id> scheduler_service::submit(plan::plan what, boost::json::value request,
                                                  std::optional<held_snapshot> snapshot)
{
    store::store_options options;
    options.request = std::move(request);
    const bool keep = what.needs_snapshot;
    if (keep && !snapshot)
        throw failure(error_kind::failed,
                      "a plan that copies rows was submitted without the snapshot it was made in");
    if (keep) options.snapshot = store::snapshot_holder{snapshot->name(), parts_->options.id};
    auto control = co_await parts_->control.acquire(patience);
    const auto id = co_await store::store_rollout(*control, std::move(what), std::move(options));
    if (keep) parts_->snapshots.adopt(id, 1, std::move(*snapshot));
    notify(id);
    co_return id;
}

task<> scheduler_service::set_limit(std::string resource, std::optional<std::int64_t> slots)
{
    auto control = co_await parts_->control.acquire(patience);
    co_await dispatch::set_limit(*control, &parts_->jobs, parts_->options.limits, std::move(resource), slots);
}

task<> scheduler_service::worker_gone(std::string worker)
{
    const auto held = co_await parts_->jobs.gone(std::move(worker));
    if (held > 0) co_await reap_once(parts_->control, parts_->jobs);
}

const std::string& scheduler_service::id() const { return parts_->options.id; }
bool scheduler_service::leading() const { return parts_->election.leading(); }
bool scheduler_service::another_leads() const { return parts_->another_leads; }
const outage& scheduler_service::dispatching_outage() const { return parts_->dispatching_outage; }
const outage& scheduler_service::election_outage() const { return parts_->election_outage; }
pg::pool& scheduler_service::control() { return parts_->control; }
queue::redis_queue& scheduler_service::jobs() { return parts_->jobs; }
snapshot_keeper& scheduler_service::snapshots() { return parts_->snapshots; }

} // namespace tropeiro::scheduler::dispatch
