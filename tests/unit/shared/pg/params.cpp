#include "shared/pg/params.hpp"

#include "shared/base/error.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tropeiro::pg {
namespace {

using job_id = strong_id<struct job_tag, std::int64_t>;
using list = std::vector<std::optional<std::string>>;

TEST(params, every_type_becomes_text)
{
    const std::string text = "a";
    const std::string_view view = "b";
    const auto p =
        params::of(1, std::int64_t{-5}, std::uint64_t{18446744073709551615U}, true, false, 0.1, text, view,
                   "c", job_id(7), nullptr, std::optional<int>(), std::optional<int>(3));
    EXPECT_EQ(p.values(), (list{"1", "-5", "18446744073709551615", "t", "f", "0.1", "a", "b", "c", "7",
                                std::nullopt, std::nullopt, "3"}));
}

TEST(params, doubles_read_back_as_the_same_number)
{
    const auto p =
        params::of(1.0 / 3, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                   std::numeric_limits<double>::quiet_NaN(), 1e300);
    EXPECT_EQ(std::stod(*p.values()[0]), 1.0 / 3);
    EXPECT_EQ(p.values()[1], "Infinity");
    EXPECT_EQ(p.values()[2], "-Infinity");
    EXPECT_EQ(p.values()[3], "NaN");
    EXPECT_EQ(std::stod(*p.values()[4]), 1e300);
}

TEST(params, arrays_are_quoted)
{
    const std::vector<std::string> names{"a", "", "NULL", "b\"c\\d", "{e,f}"};
    const std::vector<std::int64_t> numbers{1, -2};
    const auto p = params::of(names, std::vector<std::string>{}, numbers);
    EXPECT_EQ(p.values()[0], R"({"a","","NULL","b\"c\\d","{e,f}"})");
    EXPECT_EQ(p.values()[1], "{}");
    EXPECT_EQ(p.values()[2], "{1,-2}");
}

TEST(params, a_nul_byte_is_refused_and_not_cut_at)
{
    EXPECT_THROW(params::of(1, std::string("a\0b", 3)), failure);
}

} // namespace
} // namespace tropeiro::pg
