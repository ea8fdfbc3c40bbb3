#include "shared/base/clock.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tropeiro {
namespace {

TEST(pause_between_looks, is_fifty_times_the_look_within_its_bounds)
{
    EXPECT_EQ(pause_between_looks(4ms, 100ms, 500ms), 200ms);
    EXPECT_EQ(pause_between_looks(1ms, 100ms, 500ms), 100ms);
    EXPECT_EQ(pause_between_looks(90ms, 100ms, 500ms), 500ms);
    EXPECT_EQ(pause_between_looks(1ms, 100ms, 50ms), 50ms);
}

} // namespace
} // namespace tropeiro
