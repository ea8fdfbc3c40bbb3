#include "worker/runtime/patience.hpp"

#include <utility>

namespace tropeiro::worker::runtime {

patience::patience(std::function<double()> random)
    : pause_(milliseconds(500), milliseconds(10'000), std::move(random))
{
}

std::optional<milliseconds> patience::after(error_kind trouble, int most_waits)
{
    if (trouble != error_kind::unreachable || pause_.attempts() >= most_waits) return std::nullopt;
    return pause_.next() + milliseconds(100);
}

} // namespace tropeiro::worker::runtime
