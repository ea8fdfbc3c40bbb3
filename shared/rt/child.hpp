// A child program that lives as long as we do: a private redis-server, worker processes, test servers. Its
// output goes to a file. The kernel kills it when the thread that made it ends (PR_SET_PDEATHSIG), so make it
// from a thread that lives long: main's. Owned by whoever made it, on that thread's loop.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/secret.hpp"
#include "shared/rt/asio.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tropeiro::rt {

struct spawned; // spawn.hpp

struct child_options {
    std::string program; // a name looked up in PATH, or a path
    std::vector<std::string> args;
    std::map<std::string, std::string> environment; // added to ours
    std::map<std::string, secret> secrets;          // added to ours too
    std::filesystem::path log_file;                 // stdout and stderr are appended here; empty: ours
    std::string directory;                          // working directory; empty: ours
    bool own_group = true; // its own process group: Ctrl-C on the terminal reaches us alone, and we decide
};

class child {
  public:
    /// Starts it. Throws failure(not_found) when there is no such program.
    child(asio::any_io_executor executor, child_options options);

    /// Takes over a program that rt::spawn() started.
    child(asio::any_io_executor executor, const spawned& started);

    /// A child still running is killed with SIGKILL and reaped.
    ~child();
    child(child&&) noexcept;
    child& operator=(child&&) noexcept;

    pid_t pid() const;
    bool running() const;

    /// The exit status once it ended and was reaped (128 + signal when a signal ended it).
    std::optional<int> exit_status() const;

    /// Waits for its end, any number of waiters; cancellable, which leaves the child alone.
    task<int> wait();

    /// Sends the signal; nothing happens when it ended.
    void signal(int number);

    /// Sends the signal to the child and to what it started, when it has its own process group.
    void signal_group(int number);

    /// SIGTERM to the child, and SIGKILL to all of its group after `grace`; returns its exit status once it
    /// is reaped.
    task<int> terminate(steady::duration grace);

    struct state; // in the .cpp

  private:
    std::unique_ptr<state> state_;
};

} // namespace tropeiro::rt
