#include "shared/queue/retry_policy.hpp"

#include "shared/rt/backoff.hpp"

#include <algorithm>

namespace tropeiro::queue {

milliseconds retry_policy::delay(int tries, double unit) const
{
    return rt::full_jitter(base, cap, std::max(0, tries - 1), unit);
}

} // namespace tropeiro::queue
