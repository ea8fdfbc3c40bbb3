#include "worker/copy/row_router.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tropeiro::worker::copy {
namespace {

using model::copy_format;
using namespace std::string_literals;

std::string number(std::uint32_t value, int bytes)
{
    std::string text;
    for (int i = bytes - 1; i >= 0; --i)
        text += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
    return text;
}

std::string field(std::string_view bytes)
{
    return number(static_cast<std::uint32_t>(bytes.size()), 4) + std::string(bytes);
}

const std::string null_field = "\377\377\377\377"s;
const std::string header(rows::stream_header(copy_format::binary));

std::string binary_row(const std::string& key_field, std::uint32_t block, std::uint32_t offset,
                       const std::string& rest)
{
    return number(3, 2) + key_field + field(number(block, 4) + number(offset, 2)) + field(rest);
}

TEST(row_router, a_binary_row_goes_to_the_target_of_its_key_without_key_and_place)
{
    row_router router(copy_format::binary, true, {"aaaa"s, "bbbb"s});
    const auto first = header + binary_row(field("bbbb"), 7, 1, "x");
    const auto routed = router.route(first);
    EXPECT_EQ(routed.target, 1U);
    EXPECT_EQ(routed.row.place, (rows::row_place{7, 1}));
    EXPECT_EQ(std::string(routed.row.head, routed.row.head_size), "\0\1"s);
    EXPECT_EQ(routed.row.body, field("x"));
    for (const auto& [key, target] :
         {std::pair{"aaaa"s, 0U}, std::pair{"aaaa"s, 0U}, std::pair{"bbbb"s, 1U}}) {
        const auto next = binary_row(field(key), 7, 2, "y");
        EXPECT_EQ(router.route(next).target, target);
    }
}

TEST(row_router, a_text_line_goes_by_the_escaped_key)
{
    row_router router(copy_format::text, true, {R"(a\tb)"s, "c"s});
    const auto line = R"(a\tb)"s + "\t(1,2)\tvalue\t\\N\n";
    const auto routed = router.route(line);
    EXPECT_EQ(routed.target, 0U);
    EXPECT_EQ(routed.row.body, "value\t\\N\n");
    EXPECT_EQ(routed.row.place, (rows::row_place{1, 2}));
}

TEST(row_router, the_trailer_is_nobodys)
{
    row_router router(copy_format::binary, true, {"a"s, "b"s});
    const auto bytes = header + "\377\377"s;
    EXPECT_FALSE(router.route(bytes).row.is_row);
}

TEST(row_router, a_row_of_nobody_is_an_error_and_never_lost_in_silence)
{
    row_router router(copy_format::binary, true, {"a"s, "b"s});
    const auto null_key = header + binary_row(null_field, 1, 1, "x");
    EXPECT_THROW(router.route(null_key), failure);
    const auto unknown = binary_row(field("c"), 1, 2, "x");
    EXPECT_THROW(router.route(unknown), failure);
    row_router text(copy_format::text, false, {"a"s, "b"s});
    EXPECT_THROW(text.route("\\N\tx\n"), failure);
}

TEST(row_router, two_tenants_with_one_key_are_refused)
{
    EXPECT_THROW(row_router(copy_format::binary, true, {"a"s, "a"s}), failure);
}

TEST(row_router, without_keys_every_row_is_the_only_targets)
{
    row_router router(copy_format::text, false, {});
    const auto routed = router.route("a\tb\n");
    EXPECT_EQ(routed.target, 0U);
    EXPECT_EQ(routed.row.body, "a\tb\n");
}

} // namespace
} // namespace tropeiro::worker::copy
