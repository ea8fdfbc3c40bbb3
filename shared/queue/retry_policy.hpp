// When a failed job tries again. Pure; the queue counts the tries.
#pragma once

#include "shared/base/clock.hpp"

namespace tropeiro::queue {

/// Failed tries after which a job is dead, unless the workspace says otherwise. With the waits below it
/// outlives a server that is away for a minute and a half.
inline constexpr int default_tries = 8;

struct retry_policy {
    milliseconds base{2'000};
    milliseconds cap{60'000};

    /// The wait after failed try number `tries` (1 is the first): half of min(cap, base * 2^(tries - 1)) and
    /// a random share of the other half, so that jobs of one failed server do not come back together. `unit`
    /// is a random number in [0, 1).
    milliseconds delay(int tries, double unit) const;
};

} // namespace tropeiro::queue
