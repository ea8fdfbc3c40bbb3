#include "worker/copy/pass_pace.hpp"

#include <gtest/gtest.h>

namespace tropeiro::worker::copy {
namespace {

constexpr std::int64_t megabyte = 1 << 20;

TEST(pass_pace, one_that_takes_its_rows_many_times_slower_for_too_long_holds_up_the_others)
{
    pass_pace pace(3);
    pace.waited(0, seconds(29), megabyte);
    pace.waited(1, seconds(1), 10 * megabyte);
    EXPECT_FALSE(pace.holds_up(0, seconds(30), seconds(40))) << "not for so long";
    pace.waited(0, seconds(1), 0);
    EXPECT_TRUE(pace.holds_up(0, seconds(30), seconds(40)));
    EXPECT_FALSE(pace.holds_up(0, seconds(30), seconds(61))) << "the source was slower";
    EXPECT_FALSE(pace.holds_up(1, seconds(30), seconds(40)));
    EXPECT_FALSE(pace.holds_up(2, seconds(30), seconds(40))) << "it was never waited for";
}

TEST(pass_pace, one_with_most_of_the_rows_is_not_slow)
{
    pass_pace pace(2);
    pace.waited(0, seconds(100), 2000 * megabyte);
    pace.waited(1, seconds(1), 100 * megabyte);
    EXPECT_FALSE(pace.holds_up(0, seconds(30), seconds(110))) << "the other's fits between its own";
}

TEST(pass_pace, where_all_are_slow_none_is)
{
    pass_pace pace(2);
    pace.waited(0, seconds(60), 6 * megabyte);
    pace.waited(1, seconds(30), 3 * megabyte);
    EXPECT_FALSE(pace.holds_up(0, seconds(30), seconds(100)));
}

TEST(pass_pace, one_alone_is_compared_with_nobody)
{
    pass_pace pace(2);
    pace.waited(0, seconds(60), megabyte);
    EXPECT_FALSE(pace.holds_up(0, seconds(30), seconds(60)));
    pace.waited(1, seconds(0), 1);
    EXPECT_TRUE(pace.holds_up(0, seconds(30), seconds(60)));
    pass_pace stuck(2);
    stuck.waited(0, seconds(60), 0);
    stuck.waited(1, seconds(1), megabyte);
    EXPECT_TRUE(stuck.holds_up(0, seconds(30), seconds(61))) << "nothing went in at all";
}

} // namespace
} // namespace tropeiro::worker::copy
