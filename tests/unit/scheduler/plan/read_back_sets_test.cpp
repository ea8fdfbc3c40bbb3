#include "scheduler/plan/read_back_sets.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

model::copy_item table_of(std::int64_t bytes)
{
    model::copy_item item;
    item.expected_bytes = bytes;
    return item;
}

TEST(read_back_sets, small_tables_go_together_and_a_large_one_alone)
{
    const auto sets = read_back_sets({table_of(250), table_of(60), table_of(40), table_of(1)}, 100);
    ASSERT_EQ(sets.size(), 3U);
    EXPECT_EQ(bytes_of(sets[0]), 250);
    EXPECT_EQ(bytes_of(sets[1]), 100);
    EXPECT_EQ(sets[1].size(), 2U);
    EXPECT_EQ(bytes_of(sets[2]), 1);
}

TEST(read_back_sets, no_tables_make_no_set) { EXPECT_TRUE(read_back_sets({}).empty()); }

} // namespace
} // namespace tropeiro::scheduler::plan
