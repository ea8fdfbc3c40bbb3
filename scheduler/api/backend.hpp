// What the handlers work with: the workspace, a pool to the control database, where the other servers are,
// and - when this process has one - the dispatching service and the queue. Made by whoever runs the router
// (the HTTP server of `tropeiro serve`, or the command line itself); lives on its one thread, outlives the
// router.
#pragma once

#include "scheduler/dispatch/scheduler_service.hpp"
#include "shared/config/workspace.hpp"
#include "shared/pg/pool.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"
#include "shared/tenancy/cities_table.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tropeiro::scheduler::api {

class backend {
  public:
    backend(asio::any_io_executor executor, const config::workspace& workspace);
    ~backend();

    const config::workspace& workspace() const { return workspace_; }

    /// Where the servers are; each throws failure(usage) that names the variable to set.
    pg::dsn control_dsn() const;
    pg::dsn source_dsn() const;
    pg::dsn target_admin_dsn() const;
    std::optional<pg::dsn> source_dsn_if_set() const;

    /// A connection to the control database, whose schema is known to be there.
    task<pg::lease> control();

    /// The same without asking for the schema: for init and check.
    task<pg::lease> bare_control();
    pg::pool& control_pool();

    task<tenancy::cities_table> cities(pg::connection& control);

    /// How to get the process's dispatching service, starting it if need be. Unset: this process has none and
    /// rollouts cannot be started here.
    void provide_scheduler(std::function<task<dispatch::scheduler_service*>()> start);
    task<dispatch::scheduler_service*> scheduler();

    /// The service that runs now; null when there is none. For telling it that something changed.
    void use_scheduler(dispatch::scheduler_service* running) { running_ = running; }
    dispatch::scheduler_service* running_scheduler() const { return running_; }

    /// Where the queue is; set from the workspace at first, changed by the embedded mode.
    void use_redis(secret url) { redis_url_ = std::move(url); }
    const std::optional<secret>& redis_url() const { return redis_url_; }

    /// The queue under the epoch that the control database names; null when no Redis is known here or none
    /// was ever loaded. Belongs to this object.
    task<queue::redis_queue*> queue(pg::connection& control);

    void close();

  private:
    task<> require_schema(pg::connection& control);

    asio::any_io_executor executor_;
    const config::workspace& workspace_;
    std::unique_ptr<pg::pool> pool_;
    bool schema_checked_ = false;
    std::function<task<dispatch::scheduler_service*>()> start_scheduler_;
    dispatch::scheduler_service* running_ = nullptr;
    std::optional<secret> redis_url_;
    std::string queue_address_; // that queue_ was made for
    std::unique_ptr<queue::redis_queue> queue_;
};

} // namespace tropeiro::scheduler::api
