#include "shared/tenancy/control_migrations.hpp"

#include <gtest/gtest.h>

namespace tropeiro::tenancy {
namespace {

std::vector<control_migration> three()
{
    return {{1, "base", "", "aaa"}, {2, "more", "", "bbb"}, {3, "most", "", "ccc"}};
}

TEST(control_migrations, of_the_program_are_numbered_without_gaps)
{
    const auto ours = control_migrations();
    ASSERT_FALSE(ours.empty());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_EQ(ours[i].version, static_cast<int>(i) + 1);
        EXPECT_FALSE(ours[i].body.empty());
    }
}

TEST(control_migrations, all_are_pending_in_an_empty_database)
{
    const auto known = three();
    const auto pending = pending_migrations(known, {});
    ASSERT_TRUE(pending);
    EXPECT_EQ(pending->size(), 3U);
}

TEST(control_migrations, only_newer_ones_are_pending_after_an_upgrade_of_the_program)
{
    const auto known = three();
    const std::vector<applied_migration> applied{{1, "base", "aaa"}, {2, "more", "bbb"}};
    const auto pending = pending_migrations(known, applied);
    ASSERT_TRUE(pending);
    ASSERT_EQ(pending->size(), 1U);
    EXPECT_EQ(pending->front().version, 3);
}

TEST(control_migrations, another_text_than_the_applied_one_is_drift)
{
    const auto known = three();
    const std::vector<applied_migration> applied{{1, "base", "edited"}};
    const auto pending = pending_migrations(known, applied);
    ASSERT_FALSE(pending);
    EXPECT_EQ(pending.error().kind, error_kind::conflict);
    EXPECT_NE(pending.error().message.find("migration 1 \"base\""), std::string::npos);
}

TEST(control_migrations, an_older_program_leaves_a_newer_schema_alone)
{
    const auto known = three();
    const std::vector<applied_migration> applied{
        {1, "base", "aaa"}, {2, "more", "bbb"}, {3, "most", "ccc"}, {4, "x", "d"}};
    const auto pending = pending_migrations(known, applied);
    ASSERT_FALSE(pending);
    EXPECT_NE(pending.error().message.find("does not know"), std::string::npos);
}

TEST(control_migrations, a_gap_in_what_was_applied_is_an_error)
{
    const auto known = three();
    const std::vector<applied_migration> applied{{1, "base", "aaa"}, {3, "most", "ccc"}};
    const auto pending = pending_migrations(known, applied);
    ASSERT_FALSE(pending);
    EXPECT_NE(pending.error().message.find("but not 2"), std::string::npos);
}

} // namespace
} // namespace tropeiro::tenancy
