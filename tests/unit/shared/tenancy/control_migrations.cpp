#include "shared/tenancy/control_migrations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>

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

/// "01_control_base.sql" of every numbered file.
std::set<std::string> numbered_files()
{
    const char* source = std::getenv("TROPEIRO_SOURCE"); // the test's own environment, set by CTest
    if (source == nullptr) throw std::runtime_error("TROPEIRO_SOURCE is not set: run the test through ctest");
    std::set<std::string> found;
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(source) + "/shared/tenancy/sql")) {
        auto name = file.path().filename().string();
        if (name.find_first_of("0123456789") == 0) found.insert(std::move(name));
    }
    return found;
}

TEST(control_migrations, are_the_numbered_files)
{
    std::set<std::string> listed;
    for (const auto& one : control_migrations())
        listed.insert(fmt::format("{:02}_{}.sql", one.version, one.name));
    EXPECT_EQ(listed, numbered_files());
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
