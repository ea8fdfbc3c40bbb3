// Time. Intervals are measured on the steady clock; moments for people are wall-clock, UTC, RFC 3339.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

namespace tropeiro {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// "2026-03-01T12:00:00.123Z" for now.
std::string now_rfc3339();

/// Between two looks at something that others change: so long that looking, which took `look` the last time, takes about
/// two percent of the time; at least `shortest` and, before that, at most `longest`.
inline milliseconds pause_between_looks(steady::duration look, milliseconds shortest, milliseconds longest)
{
    return std::min(longest, std::max(shortest, std::chrono::duration_cast<milliseconds>(50 * look)));
}

/// Seconds since `start`, fractional.
inline double seconds_since(steady::time_point start)
{
    return std::chrono::duration<double>(steady::now() - start).count();
}

} // namespace tropeiro
