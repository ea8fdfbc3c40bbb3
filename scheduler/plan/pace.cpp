#include "scheduler/plan/pace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tropeiro::scheduler::plan {

result<failure_budget> parse_failure_budget(std::string_view text)
{
    failure_budget budget;
    auto digits = text;
    budget.percent = digits.ends_with('%');
    if (budget.percent) digits.remove_suffix(1);
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), budget.value);
    const bool whole = status == std::errc{} && end == digits.data() + digits.size() && !digits.empty();
    if (!whole || budget.value < 0 || (budget.percent && budget.value > 100))
        return error{error_kind::usage, fmt::format("--max-failures {} is no number of cities", text),
                     "3 for three cities, 5% for five of each hundred"};
    return budget;
}

std::vector<int> waves_of(const std::vector<model::tenant>& cities, const pace& how)
{
    std::vector<int> waves;
    int wave = how.canary.empty() ? 1 : 2;
    std::int64_t here = 0;
    std::size_t size = 0; // index of this wave's
    for (const auto& city : cities) {
        if (std::ranges::find(how.canary, city.slug) != how.canary.end()) {
            waves.push_back(1);
            continue;
        }
        if (!how.wave_sizes.empty() && here >= how.wave_sizes[size]) {
            ++wave;
            here = 0;
            size = std::min(size + 1, how.wave_sizes.size() - 1);
        }
        ++here;
        waves.push_back(wave);
    }
    return waves;
}

std::vector<std::string> unknown_canaries(const std::vector<model::tenant>& cities, const pace& how)
{
    std::vector<std::string> unknown;
    for (const auto& slug : how.canary)
        if (std::ranges::find(cities, slug, &model::tenant::slug) == cities.end()) unknown.push_back(slug);
    return unknown;
}

} // namespace tropeiro::scheduler::plan
