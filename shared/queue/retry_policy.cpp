#include "shared/queue/retry_policy.hpp"

#include <algorithm>

namespace tropeiro::queue {

milliseconds retry_policy::delay(int tries, double unit) const
{
    auto whole = base;
    for (int i = 1; i < tries && whole < cap; ++i)
        whole *= 2;
    whole = std::min(whole, cap);
    const auto half = whole / 2;
    return half + milliseconds(static_cast<std::int64_t>(unit * static_cast<double>(half.count())));
}

} // namespace tropeiro::queue
