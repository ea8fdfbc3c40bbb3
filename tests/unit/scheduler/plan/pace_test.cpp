#include "scheduler/plan/pace.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

std::vector<model::tenant> cities(const std::string& letters)
{
    std::vector<model::tenant> list;
    for (const char letter : letters) {
        model::tenant one;
        one.slug = std::string(1, letter);
        list.push_back(one);
    }
    return list;
}

using waves = std::vector<int>;

TEST(pace, without_waves_all_cities_go_at_once) { EXPECT_EQ(waves_of(cities("abc"), {}), waves({1, 1, 1})); }

TEST(pace, the_last_size_repeats)
{
    pace how;
    how.wave_sizes = {1, 2};
    EXPECT_EQ(waves_of(cities("abcdef"), how), waves({1, 2, 2, 3, 3, 4}));
}

TEST(pace, canaries_are_the_first_wave_wherever_they_stand)
{
    pace how;
    how.canary = {"c"};
    EXPECT_EQ(waves_of(cities("abcd"), how), waves({2, 2, 1, 2}));
    how.wave_sizes = {2};
    EXPECT_EQ(waves_of(cities("abcd"), how), waves({2, 2, 1, 3}));
    how.canary.emplace_back("z");
    EXPECT_EQ(unknown_canaries(cities("abcd"), how), std::vector<std::string>{"z"});
}

TEST(pace, a_failure_budget_is_a_number_or_a_part)
{
    EXPECT_EQ(parse_failure_budget("3")->allowed(100), 3);
    EXPECT_EQ(parse_failure_budget("0")->allowed(100), 0);
    EXPECT_EQ(parse_failure_budget("5%")->allowed(119), 5);
    for (const auto* wrong : {"", "%", "-1", "3.5", "101%", "many", "3 "})
        EXPECT_FALSE(parse_failure_budget(wrong)) << wrong;
}

} // namespace
} // namespace tropeiro::scheduler::plan
