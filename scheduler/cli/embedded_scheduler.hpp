// The embedded mode: the scheduler inside the command. On first need it starts a private Redis (unless one is
// configured) and the dispatching service, and, once that leads, worker processes. When another scheduler
// leads the control database it only stores and follows. Lives on main's thread.
#pragma once

#include "scheduler/api/backend.hpp"
#include "scheduler/cli/output.hpp"
#include "scheduler/cli/private_redis.hpp"
#include "scheduler/cli/service_news.hpp"
#include "scheduler/cli/worker_fleet.hpp"
#include "scheduler/dispatch/scheduler_service.hpp"
#include "shared/log/log.hpp"

#include <fstream>
#include <memory>
#include <optional>

namespace tropeiro::scheduler::cli {

class embedded_scheduler {
  public:
    embedded_scheduler(asio::any_io_executor executor, const config::workspace& workspace,
                       api::backend& backend, output& out);
    ~embedded_scheduler();

    /// How many worker processes, before the first need.
    void use_workers(std::int64_t workers) { workers_ = workers; }

    /// The service for whoever is about to begin something, started at the first call with the Redis it needs. Throws when
    /// a configured Redis does not answer: what is under way waits for it, what is not need not begin.
    task<dispatch::scheduler_service*> scheduler_for_start();

    /// Makes unfinished rollouts move: the service, and the workers if it leads. Waits a few seconds for
    /// leadership.
    task<> work();

    /// To be called now and then while following: takes over when the leader is gone, starts a Redis that
    /// died again, says who leads and what trouble lasts; throws failure(failed) when no worker can be started.
    task<> tend();

    bool started() const { return service_ != nullptr; }

    /// Workers leave at their next batch boundary, then the service and Redis end. Does nothing when nothing
    /// runs.
    task<> stop();

    /// The second Ctrl-C: workers are killed; stop() then returns soon.
    void kill_workers();

  private:
    task<dispatch::scheduler_service*> scheduler();
    task<> require_redis() const;
    void open_logs();
    void tell_news();
    void start_workers();

    asio::any_io_executor executor_;
    const config::workspace& workspace_;
    api::backend& backend_;
    output& out_;
    std::int64_t workers_ = 2;
    std::filesystem::path logs_;
    std::ofstream own_log_;
    std::optional<log::options> log_before_; // while lines go to own_log_
    std::optional<private_redis> redis_;
    std::unique_ptr<dispatch::scheduler_service> service_;
    std::unique_ptr<worker_fleet> fleet_;
    service_news news_;
};

/// $XDG_STATE_HOME/tropeiro/logs, else .tropeiro/logs beside the workspace file.
std::filesystem::path log_folder(const config::workspace& workspace);

/// The service's options as the workspace has them.
dispatch::service_options service_options_for(const api::backend& backend, const secret& redis_url);

} // namespace tropeiro::scheduler::cli
