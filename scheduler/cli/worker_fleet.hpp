// The worker processes of the embedded mode: started beside our own program, started again when they die,
// ended with us. Addresses and passwords reach them by environment only. Lives on main's thread.
#pragma once

#include "scheduler/cli/output.hpp"
#include "shared/config/workspace.hpp"
#include "shared/rt/child.hpp"
#include "shared/rt/task_group.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

struct fleet_options {
    std::filesystem::path program; // tropeiro-worker
    std::filesystem::path logs;    // worker-1.log, ...
    std::vector<std::string> args; // --config FILE
    std::map<std::string, secret> secrets;
    std::int64_t workers = 2;
    std::function<task<>(std::string)> on_end; // a worker's process has ended by itself; its name
};

class worker_fleet {
  public:
    worker_fleet(asio::any_io_executor executor, fleet_options options, output& out);

    /// Starts them all; each one's end and restart is said through `out`.
    void start();

    /// What makes it useless to go on: every worker refused to start. Empty while all is well.
    const std::string& broken() const { return broken_; }

    /// SIGTERM to all: they leave at the next batch boundary. SIGKILL after `grace`. Returns when all have
    /// ended.
    task<> stop(steady::duration grace);

    /// SIGKILL at once, by the second Ctrl-C.
    void kill();

  private:
    task<> keep_running(std::int64_t number);
    task<> tell_end(std::string name);

    asio::any_io_executor executor_;
    fleet_options options_;
    output& out_;
    bool stopping_ = false;
    std::string broken_;
    std::int64_t given_up_ = 0;
    std::map<std::int64_t, std::unique_ptr<rt::child>> running_;
    rt::task_group group_;
};

/// tropeiro-worker beside our own executable, else in PATH. Throws failure(not_found).
std::filesystem::path find_worker_program();

/// What each worker needs to know, by the names of the variables that the workspace reads.
std::map<std::string, secret> worker_secrets(const config::workspace& workspace, const secret& redis_url);

} // namespace tropeiro::scheduler::cli
