// How a rollout goes through its cities: in waves, one after the other, and how many of them may fail before it stops
// for somebody to look. Pure.
//
//   canary cities -> wave 1        --waves 1,10,50: the sizes of the waves that follow; the last one repeats
#pragma once

#include "shared/base/error.hpp"
#include "shared/model/tenant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::scheduler::plan {

/// "3": three cities may fail. "5%": so many of each hundred, rounded down.
struct failure_budget {
    std::int64_t value = 0;
    bool percent = false;

    std::int64_t allowed(std::int64_t cities) const { return percent ? cities * value / 100 : value; }
};

/// error(usage) for anything but a whole number from 0 on, or one up to 100 with a %.
result<failure_budget> parse_failure_budget(std::string_view text);

struct pace {
    std::optional<failure_budget> max_failures; // none: any number, and for canaries 0
    std::vector<std::int64_t> wave_sizes;       // none: all that are no canaries at once
    std::vector<std::string> canary;            // slugs; the first wave
    bool pause_between_waves = false;
};

/// The wave of each city, from 1 on, in the cities' order.
std::vector<int> waves_of(const std::vector<model::tenant>& cities, const pace& how);

/// Canaries that are not among the cities.
std::vector<std::string> unknown_canaries(const std::vector<model::tenant>& cities, const pace& how);

} // namespace tropeiro::scheduler::plan
