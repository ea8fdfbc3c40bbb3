#include "shared/base/error.hpp"
#include "shared/base/secret.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

namespace tropeiro {
namespace {

TEST(text, a_list_is_trimmed_and_has_no_empty_parts)
{
    EXPECT_EQ(text::split_list(" a, b,,c ,"), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(text::split_list(" , ").empty());
}

TEST(text, split_keeps_every_part)
{
    EXPECT_EQ(text::split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
}

TEST(text, bytes_are_read_as_postgresql_reads_them)
{
    EXPECT_EQ(text::parse_bytes("256MB"), 256LL << 20U);
    EXPECT_EQ(text::parse_bytes("1.5 kB"), 1536);
    EXPECT_EQ(text::parse_bytes("10"), 10);
    for (const auto* bad : {"", "MB", "-1MB", "10 parsecs", "1MBx"})
        EXPECT_EQ(text::parse_bytes(bad), std::nullopt);
}

TEST(text, numbers_for_people)
{
    EXPECT_EQ(text::human_bytes(2147483648), "2.0 GB");
    EXPECT_EQ(text::human_bytes(12), "12 B");
    EXPECT_EQ(text::human_count(1234567), "1,234,567");
    EXPECT_EQ(text::human_count(-1234), "-1,234");
    EXPECT_EQ(text::human_count(123), "123");
    EXPECT_EQ(text::counted(1, "row"), "1 row");
    EXPECT_EQ(text::counted(0, "row"), "0 rows");
    EXPECT_EQ(text::counted(1200, "city", "cities"), "1,200 cities");
    EXPECT_EQ(text::human_duration(std::chrono::duration<double>(95.2)), "1m35s");
    EXPECT_EQ(text::human_duration(std::chrono::duration<double>(0.42)), "0.4s");
    EXPECT_EQ(text::human_duration(std::chrono::duration<double>(7260)), "2h01m");
}

TEST(text, the_nearest_word_is_within_two_edits)
{
    const std::array<std::string, 3> words{"rollout", "tenant", "module"};
    EXPECT_EQ(text::nearest("rolout", words), "rollout");
    EXPECT_EQ(text::nearest("xyz", words), std::nullopt);
    EXPECT_EQ(text::nearest("", words), std::nullopt);
}

TEST(text, width_counts_code_points) { EXPECT_EQ(text::width("São"), 3U); }

TEST(error, every_kind_has_its_exit_code_and_name)
{
    EXPECT_EQ(exit_code(error_kind::unreachable), 69);
    EXPECT_EQ(exit_code(error_kind::interrupted), 130);
    EXPECT_EQ(error_kind_from(to_string(error_kind::conflict)), error_kind::conflict);
}

TEST(error, a_result_without_a_value_throws_its_error)
{
    const result<int> nothing = error{error_kind::not_found, "no such city", "add it"};
    try {
        static_cast<void>(nothing.value());
        FAIL() << "gave a value";
    } catch (const failure& e) {
        EXPECT_EQ(e.kind(), error_kind::not_found);
        EXPECT_EQ(e.hint(), "add it");
    }
}

static_assert(!fmt::is_formattable<secret>::value, "a secret must not be printable");

} // namespace
} // namespace tropeiro
