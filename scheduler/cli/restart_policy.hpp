// When a worker process that ended may be started again. One that had worked for a while: soon, as after a kill. One that
// ends again and again soon after its start: a little later each time, three times a minute at most. One that says that it
// was started wrongly: never. Pure.
#pragma once

#include "shared/base/clock.hpp"

#include <deque>
#include <optional>

namespace tropeiro::scheduler::cli {

class restart_policy {
  public:
    static constexpr int usage_status = 2; // its exit status for a workspace that cannot be used

    /// It ended at `now` with this status: how long to wait; nothing: do not start it again.
    std::optional<milliseconds> after_end(int exit_status, steady::time_point started,
                                          steady::time_point now);

  private:
    static constexpr std::size_t most_a_minute = 3;
    std::deque<steady::time_point> ends_; // of the last minute, soon after the start
};

} // namespace tropeiro::scheduler::cli
