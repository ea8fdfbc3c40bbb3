#include "scheduler/cli/restart_policy.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

const auto start = steady::time_point() + std::chrono::hours(1);

} // namespace

TEST(restart_policy, waits_longer_each_time_and_at_most_three_times_a_minute)
{
    restart_policy policy;
    auto now = start;
    EXPECT_EQ(policy.after_end(1, now, now), milliseconds(500));
    EXPECT_EQ(policy.after_end(139, now, now), milliseconds(1000));
    EXPECT_EQ(policy.after_end(1, now, now), milliseconds(2000));
    now += seconds(10);
    EXPECT_EQ(policy.after_end(1, now, now), milliseconds(50'000));
    now += seconds(50);
    EXPECT_EQ(policy.after_end(1, now, now), milliseconds(1000)) << "the first three have left the window";
}

TEST(restart_policy, one_that_had_worked_for_a_while_is_back_soon_however_often_it_is_killed)
{
    restart_policy policy;
    auto now = start;
    for (int kills = 0; kills < 10; ++kills) {
        EXPECT_EQ(policy.after_end(137, now, now + seconds(3)), milliseconds(50));
        now += seconds(4);
    }
}

TEST(restart_policy, a_worker_that_was_started_wrongly_is_not_started_again)
{
    restart_policy policy;
    EXPECT_EQ(policy.after_end(2, start, start + seconds(9)), std::nullopt);
}

} // namespace tropeiro::scheduler::cli
