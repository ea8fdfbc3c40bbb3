// How long to wait before the next try: full jitter, as in "Exponential Backoff And Jitter" (AWS Architecture
// Blog, 2015): uniform in [0, min(cap, base * 2^try)). Pure; whether to try again is decided elsewhere.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"

#include <functional>

namespace tropeiro::rt {

/// The wait before try number `attempt` (0 is the first retry). `unit` is a random number in [0, 1).
milliseconds full_jitter(milliseconds base, milliseconds cap, int attempt, double unit);

class backoff {
  public:
    backoff(milliseconds base, milliseconds cap, std::function<double()> random = random_unit)
        : base_(base), cap_(cap), random_(std::move(random))
    {
    }

    /// The next wait; each one may be longer than the last.
    milliseconds next() { return full_jitter(base_, cap_, attempt_++, random_()); }

    /// After a success: start over.
    void reset() { attempt_ = 0; }
    int attempts() const { return attempt_; }

  private:
    milliseconds base_;
    milliseconds cap_;
    std::function<double()> random_;
    int attempt_ = 0;
};

} // namespace tropeiro::rt
