// Trouble with something that we go on without: said once when it begins and once when it is over, with a
// wait that grows meanwhile. One per loop, on its thread.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/error.hpp"
#include "shared/rt/asio.hpp"
#include "shared/rt/backoff.hpp"

#include <exception>
#include <optional>
#include <string>

namespace tropeiro::scheduler::dispatch {

class outage {
  public:
    /// `what` is the work that suffers: "dispatching". `longest` bounds the wait.
    explicit outage(std::string what, milliseconds longest = milliseconds(5000));

    /// It failed (again). Rethrows a cancellation; anything else is logged, if it is news. The wait before
    /// the next try.
    milliseconds failed(const std::exception_ptr& thrown);

    /// It worked.
    void worked();

    bool on() const { return last_.has_value(); }
    /// While it is on: what the last try said, and when the first one failed.
    const error& last() const { return *last_; }
    steady::time_point since() const { return since_; }

  private:
    std::string what_;
    rt::backoff backoff_;
    std::optional<error> last_; // none: it works
    steady::time_point since_;
};

/// Does the step and tells the outage how it went. The wait before the next try; nothing when it worked.
task<std::optional<milliseconds>> attempt(outage& trouble, task<> step);

} // namespace tropeiro::scheduler::dispatch
