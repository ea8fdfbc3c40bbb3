#include "worker/copy/pass_pace.hpp"

namespace tropeiro::worker::copy {
namespace {

constexpr double slow = 1 << 20; // bytes a second
constexpr double many_times = 4;

double seconds(steady::duration time) { return std::chrono::duration<double>(time).count(); }

} // namespace

void pass_pace::waited(std::size_t end, steady::duration time, std::int64_t bytes)
{
    ends_.at(end).time += time;
    ends_.at(end).bytes += bytes;
}

bool pass_pace::holds_up(std::size_t end, steady::duration limit, steady::duration elapsed) const
{
    const auto& one = ends_.at(end);
    if (one.time < limit || 2 * one.time < elapsed) return false;
    if (static_cast<double>(one.bytes) >= slow * seconds(one.time)) return false;
    progress others;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        if (i == end) continue;
        others.time += ends_[i].time;
        others.bytes += ends_[i].bytes;
    }
    // One that has taken nothing takes infinitely long for a byte; others that have had none can not be compared with.
    return others.bytes > 0 && seconds(one.time) * static_cast<double>(others.bytes) >
                                   many_times * seconds(others.time) * static_cast<double>(one.bytes);
}

} // namespace tropeiro::worker::copy
