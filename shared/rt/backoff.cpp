#include "shared/rt/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace tropeiro::rt {

milliseconds full_jitter(milliseconds base, milliseconds cap, int attempt, double unit)
{
    // Doubles do not overflow here: 2^1023 times any base is cut by the cap.
    const auto grown = static_cast<double>(base.count()) * std::exp2(std::clamp(attempt, 0, 1000));
    const auto ceiling = std::min(grown, static_cast<double>(cap.count()));
    return milliseconds(static_cast<milliseconds::rep>(ceiling * std::clamp(unit, 0.0, 1.0)));
}

} // namespace tropeiro::rt
