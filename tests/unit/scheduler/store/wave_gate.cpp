#include "scheduler/store/wave_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::store {
namespace {

using testing::HasSubstr;

gate_facts facts(std::int64_t failed, std::optional<std::int64_t> budget)
{
    gate_facts f;
    f.rollout = 7;
    f.failed = failed;
    f.max_failed = budget;
    return f;
}

gate_facts second_of_three(bool settled)
{
    auto f = facts(1, std::nullopt);
    f.wave = 2;
    f.waves = 3;
    f.settled = settled;
    return f;
}

TEST(wave_gate, as_many_failures_as_allowed_go_on_and_one_more_stops)
{
    EXPECT_FALSE(decide(facts(3, 3)).pause);
    const auto stop = decide(facts(4, 3));
    EXPECT_TRUE(stop.pause);
    EXPECT_TRUE(stop.over_budget);
    EXPECT_EQ(stop.why,
              "4 cities failed, --max-failures 3; look: tropeiro job list --rollout 7 --state dead");
    EXPECT_FALSE(decide(facts(400, std::nullopt)).pause);
}

TEST(wave_gate, the_next_wave_begins_when_nothing_of_the_last_one_can_move)
{
    EXPECT_FALSE(decide(second_of_three(false)).begin_next);
    const auto next = decide(second_of_three(true));
    EXPECT_TRUE(next.begin_next);
    EXPECT_FALSE(next.pause);
    auto last = second_of_three(true);
    last.wave = 3;
    EXPECT_FALSE(decide(last).begin_next);
}

TEST(wave_gate, a_look_was_asked_for_between_waves)
{
    auto f = second_of_three(true);
    f.pause_between_waves = true;
    const auto next = decide(f);
    EXPECT_TRUE(next.begin_next);
    EXPECT_TRUE(next.pause);
    EXPECT_FALSE(next.over_budget);
    EXPECT_THAT(next.why, HasSubstr("wave 2 of 3 is over, 1 city failed; resume begins wave 3"));
}

TEST(wave_gate, no_canary_may_fail_unless_a_budget_says_so)
{
    auto f = facts(1, std::nullopt);
    f.waves = 2;
    f.settled = true;
    f.canary = true;
    EXPECT_TRUE(decide(f).over_budget);
    EXPECT_THAT(decide(f).why, HasSubstr("1 city failed of the canary wave"));
    f.max_failed = 1;
    EXPECT_TRUE(decide(f).begin_next);
    f.failed = 2;
    EXPECT_TRUE(decide(f).over_budget);
}

} // namespace
} // namespace tropeiro::scheduler::store
