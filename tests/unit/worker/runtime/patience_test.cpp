#include "worker/runtime/patience.hpp"

#include <gtest/gtest.h>

namespace tropeiro::worker::runtime {
namespace {

patience longest()
{
    return patience([] { return 1.0; });
}

TEST(patience, waits_longer_each_time_and_gives_up_after_as_many_waits_as_there_are)
{
    auto left = longest();
    EXPECT_FALSE(left.has_waited());
    for (const auto wait : {600, 1100, 2100, 4100, 8100, 10100}) {
        EXPECT_EQ(left.after(error_kind::unreachable, 6), milliseconds(wait));
        EXPECT_TRUE(left.has_waited());
    }
    EXPECT_EQ(left.after(error_kind::unreachable, 6), std::nullopt);
    EXPECT_EQ(left.after(error_kind::unreachable, 6), std::nullopt) << "the next job asks once";
}

TEST(patience, is_for_servers_that_do_not_answer)
{
    auto left = longest();
    EXPECT_EQ(left.after(error_kind::failed, 6), std::nullopt);
    EXPECT_FALSE(left.has_waited());
}

TEST(patience, ends_sooner_when_the_worker_is_asked_to_leave)
{
    auto left = longest();
    EXPECT_NE(left.after(error_kind::unreachable, 6), std::nullopt);
    EXPECT_NE(left.after(error_kind::unreachable, 3), std::nullopt);
    EXPECT_EQ(left.after(error_kind::unreachable, 2), std::nullopt);
    EXPECT_EQ(longest().after(error_kind::unreachable, 0), std::nullopt);
}

} // namespace
} // namespace tropeiro::worker::runtime
