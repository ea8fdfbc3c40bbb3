#include "scheduler/cli/restart_policy.hpp"

namespace tropeiro::scheduler::cli {

std::optional<milliseconds> restart_policy::after_end(int exit_status, steady::time_point started,
                                                      steady::time_point now)
{
    if (exit_status == usage_status) return std::nullopt;
    constexpr std::chrono::seconds a_while{2};
    constexpr milliseconds soon{50};
    if (now - started >= a_while) return soon;
    constexpr std::chrono::minutes window{1};
    while (!ends_.empty() && now - ends_.front() >= window)
        ends_.pop_front();
    ends_.push_back(now);
    if (ends_.size() <= most_a_minute) return milliseconds(500 * (1 << (ends_.size() - 1)));
    const auto room_at = ends_[ends_.size() - 1 - most_a_minute] + window;
    return std::chrono::ceil<milliseconds>(room_at - now);
}

} // namespace tropeiro::scheduler::cli
