// Whether and when a failed job tries again. Pure; the queue counts the tries.
#pragma once

#include "shared/base/clock.hpp"

namespace tropeiro::queue {

struct retry_policy {
    milliseconds base{1000};
    milliseconds cap{300'000}; // five minutes
    int max_tries = 5;

    /// The wait after failed try number `tries` (1 is the first), full jitter: uniform in
    /// [0, min(cap, base * 2^(tries - 1))). `unit` is a random number in [0, 1).
    milliseconds delay(int tries, double unit) const;

    /// True when a job that has failed `tries` times may run again.
    bool may_retry(int tries) const { return tries < max_tries; }
};

} // namespace tropeiro::queue
