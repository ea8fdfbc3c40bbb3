#include "shared/base/error.hpp"
#include "shared/base/scratch_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace tropeiro {

namespace fs = std::filesystem;

TEST(scratch_folder, is_for_this_user_alone_and_goes_with_its_owner)
{
    fs::path where;
    {
        auto folder = scratch_folder::make();
        where = folder.path();
        EXPECT_EQ(fs::status(where).permissions(), fs::perms::owner_all);
        std::ofstream(where / "archive") << "rows";
        const auto moved = std::move(folder);
        EXPECT_EQ(moved.path(), where);
        EXPECT_TRUE(fs::exists(where / "archive"));
    }
    EXPECT_FALSE(fs::exists(where));
}

TEST(scratch_folder, is_made_nowhere_when_the_folder_for_all_is_not_there)
{
    const auto* before = ::getenv("TMPDIR");
    const std::string kept = before ? before : "";
    ::setenv("TMPDIR", "/nonexistent", 1);
    std::string said;
    try {
        scratch_folder::make();
    } catch (const failure& e) {
        said = e.what();
    }
    before ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
    EXPECT_EQ(said.find("there is no folder for temporary files at TMPDIR: "), 0U) << said;
}

TEST(scratch_folder, that_a_killed_process_left_is_removed_by_the_next_one_and_no_living_ones)
{
    const auto mine = scratch_folder::make();
    std::array<int, 2> names{};
    ASSERT_EQ(::pipe(names.data()), 0);
    const auto other = ::fork();
    ASSERT_GE(other, 0);
    if (other == 0) {
        const auto theirs = scratch_folder::make();
        const auto name = theirs.path().string();
        if (::write(names[1], name.data(), name.size()) < 0) ::_exit(1);
        ::pause();
    }
    std::array<char, 4096> text{};
    const auto length = ::read(names[0], text.data(), text.size());
    ASSERT_GT(length, 0);
    const fs::path theirs(std::string(text.data(), static_cast<std::size_t>(length)));
    {
        const auto next = scratch_folder::make();
        EXPECT_TRUE(fs::exists(theirs)) << "its owner is alive";
    }
    ASSERT_EQ(::kill(other, SIGKILL), 0);
    ASSERT_EQ(::waitpid(other, nullptr, 0), other);
    EXPECT_TRUE(fs::exists(theirs));
    const auto next = scratch_folder::make();
    EXPECT_FALSE(fs::exists(theirs));
    EXPECT_TRUE(fs::exists(mine.path()));
    ::close(names[0]);
    ::close(names[1]);
}

} // namespace tropeiro
