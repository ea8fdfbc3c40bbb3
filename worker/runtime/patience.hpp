// How long it is worth waiting for a server that the end of a job is to be told to. Pure.
//
//   asked in vain --> unreachable, and waits are left --> wait, ask again
//                '--> anything else -------------------> give up: the lease runs out, and another worker finds out
#pragma once

#include "shared/base/error.hpp"
#include "shared/rt/backoff.hpp"

#include <functional>
#include <optional>

namespace tropeiro::worker::runtime {

/// Of one server, for all jobs of one piece of work: where one has waited in vain, the others ask once.
class patience {
  public:
    explicit patience(std::function<double()> random = random_unit);

    /// How long to wait before the next try, at most a tenth of a second beyond 0.5, 1, 2, 4, 8, 10, 10 ... s; nothing:
    /// give up. `most_waits`: of all.
    std::optional<milliseconds> after(error_kind trouble, int most_waits);

    bool has_waited() const { return pause_.attempts() > 0; }

  private:
    rt::backoff pause_;
};

} // namespace tropeiro::worker::runtime
