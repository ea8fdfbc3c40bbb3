// What a command works with while it runs. Made by app.cpp for one command; lives on main's thread.
#pragma once

#include "scheduler/api/backend.hpp"
#include "scheduler/cli/endpoint.hpp"
#include "scheduler/cli/output.hpp"
#include "shared/config/workspace.hpp"
#include "shared/rt/signals.hpp"

namespace tropeiro::scheduler::cli {

class embedded_scheduler;

class session {
  public:
    const config::workspace& workspace;
    output& out;
    endpoint& api;
    api::backend& backend;        // of this process; a command with a server configured leaves it alone
    embedded_scheduler* embedded; // null: a server is configured, it does the work
    rt::shutdown_signal& signals;
    bool yes = false;
    bool no_input = false;

    /// While set, the first Ctrl-C only sets signals.requested(): the command ends in its own time. Otherwise
    /// it cancels what the command waits for.
    bool ends_softly = false;
};

/// Asks on the terminal; true for yes. --yes answers it; off a terminal, and with --no-input, it is failure(refused).
task<bool> confirm(session& s, std::string question);

} // namespace tropeiro::scheduler::cli
