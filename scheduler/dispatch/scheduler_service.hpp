// The scheduler's working part, without any face: leadership, the queue's loading and healing, rollouts'
// ends, snapshots. `tropeiro serve` runs one; the embedded mode runs one inside the command. Any number may
// run against one control database; one of them leads. Lives on one executor and thread.
//
// Outages of Redis, of the control database and of the source never end it: it says so once and goes on
// trying.
#pragma once

#include "scheduler/dispatch/outage.hpp"
#include "scheduler/dispatch/snapshot_keeper.hpp"
#include "scheduler/plan/plan.hpp"
#include "shared/base/clock.hpp"
#include "shared/config/workspace.hpp"
#include "shared/model/ids.hpp"
#include "shared/pg/pool.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>

namespace tropeiro::scheduler::dispatch {

struct service_options {
    pg::dsn control;
    std::optional<pg::dsn> source; // none: nothing can be copied
    redis::url redis;
    config::limits_section limits; // of the workspace
    std::string id;                // of this process; empty: a random name
    std::size_t control_connections = 8;

    // How often; tests shorten them.
    milliseconds leader_poll{2000};
    milliseconds dispatch_tick{1000}; // and at once after notify()
    milliseconds reap_every{2000};
    milliseconds reconcile_every{60'000};
    milliseconds snapshot_check{3000};
};

class scheduler_service {
  public:
    scheduler_service(asio::any_io_executor executor, service_options options);
    ~scheduler_service();
    scheduler_service(const scheduler_service&) = delete;
    scheduler_service& operator=(const scheduler_service&) = delete;

    /// Begins to work, on the executor. stop() and then join() end it; join before destroying.
    void start();

    /// start() and join() in one: works until stop() or cancellation.
    task<> run();
    void stop();

    /// Waits for the end of what start() began, then lets go of leadership, snapshots and connections.
    task<> join();

    /// Something was stored or ordered: look at once. Cheap, any number of times.
    void notify(model::rollout_id rollout);

    /// Stores the plan and starts it. `snapshot` is the transaction that it was planned in; a plan that
    /// copies rows needs one, for another it is dropped.
    task<model::rollout_id> submit(plan::plan what, boost::json::value request,
                                   std::optional<held_snapshot> snapshot);

    /// A worker whose process is known to have ended: its jobs go to others at once, not when their leases run out.
    task<> worker_gone(std::string worker);

    /// Sets an operator's limit, or takes it back; it holds at once and after every restart.
    task<> set_limit(std::string resource, std::optional<std::int64_t> slots);

    const std::string& id() const;
    bool leading() const;
    /// Whether another one had the lead when it was last asked for.
    bool another_leads() const;
    /// What holds the leader's work up.
    const outage& dispatching_outage() const;
    /// What keeps this one from taking the lead, or from learning who has it.
    const outage& election_outage() const;
    pg::pool& control();
    /// The queue, at the epoch that is loaded. For looking, and for orders that need no record: drain.
    queue::redis_queue& jobs();
    snapshot_keeper& snapshots();

    struct parts; // in the .cpp

  private:
    std::unique_ptr<parts> parts_;
};

} // namespace tropeiro::scheduler::dispatch
