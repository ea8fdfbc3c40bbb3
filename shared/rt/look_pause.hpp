// How long to wait between two looks at something that others change. Pure.
#pragma once

#include "shared/base/clock.hpp"

#include <algorithm>

namespace tropeiro::rt {

/// So long that looking, which took `look` the last time, takes about two percent of the time; at least `shortest` and,
/// before that, at most `longest`.
inline milliseconds pause_between_looks(steady::duration look, milliseconds shortest, milliseconds longest)
{
    return std::min(longest, std::max(shortest, std::chrono::duration_cast<milliseconds>(50 * look)));
}

} // namespace tropeiro::rt
