#include "shared/base/clock.hpp"

#include <fmt/chrono.h>

namespace tropeiro {

std::string now_rfc3339()
{
    const auto now = std::chrono::system_clock::now();
    const auto millis =
        std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count() % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), millis);
}

} // namespace tropeiro
