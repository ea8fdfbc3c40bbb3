// SIGINT and SIGTERM as something coroutines wait for. The first asks to stop softly, the second cuts. One
// object per process, made in main, living on main's io_context; any thread may ask requested() and hard().
#pragma once

#include "shared/rt/asio.hpp"

#include <functional>
#include <memory>

namespace tropeiro::rt {

class shutdown_signal {
  public:
    /// Begins to catch the signals.
    explicit shutdown_signal(asio::any_io_executor executor);
    ~shutdown_signal();
    shutdown_signal(const shutdown_signal&) = delete;
    shutdown_signal& operator=(const shutdown_signal&) = delete;

    /// Called on the executor, once for the first signal (hard = false) and once for the second (hard =
    /// true).
    void on_signal(std::function<void(bool hard)> handler);

    bool requested() const;
    bool hard() const;

    /// Returns at the first signal, at once when it came already.
    task<> wait();

    /// Stops catching; waiters end with operation_aborted. Without it the signal keeps run() from returning.
    void close();

    struct state; // in the .cpp

  private:
    std::shared_ptr<state> state_;
};

} // namespace tropeiro::rt
