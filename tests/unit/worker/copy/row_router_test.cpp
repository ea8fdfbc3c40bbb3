#include "worker/copy/row_router.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tropeiro::worker::copy {
namespace {

using model::copy_format;
using where = rows::key_field::kind_t;
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
    row_router router(copy_format::binary, true, {"aaaa"s, "bbbb"s}, {where::in_front});
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
    row_router router(copy_format::text, true, {R"(a\tb)"s, "c"s}, {where::in_front});
    const auto line = R"(a\tb)"s + "\t(1,2)\tvalue\t\\N\n";
    const auto routed = router.route(line);
    EXPECT_EQ(routed.target, 0U);
    EXPECT_EQ(routed.row.body, "value\t\\N\n");
    EXPECT_EQ(routed.row.place, (rows::row_place{1, 2}));
}

TEST(row_router, a_key_among_the_columns_is_found_and_stays)
{
    row_router binary(copy_format::binary, true, {"aaaa"s, "bbbb"s}, {where::column, 1});
    const auto body = field("x") + field("bbbb") + null_field;
    const auto place = field(number(7, 4) + number(1, 2));
    const auto row = header + number(4, 2) + place + body;
    const auto routed = binary.route(row);
    EXPECT_EQ(routed.target, 1U);
    EXPECT_EQ(std::string(routed.row.head, routed.row.head_size), "\0\3"s);
    EXPECT_EQ(routed.row.body, body);
    const auto short_row = number(2, 2) + place + field("x");
    EXPECT_THROW(binary.route(short_row), failure);
    const auto of_nobody = number(4, 2) + place + field("bbbb") + null_field + field("x");
    EXPECT_THROW(binary.route(of_nobody), failure);

    row_router text(copy_format::text, true, {R"(a\tb)"s, "c"s}, {where::column, 2});
    for (const auto& [line, target] :
         {std::pair{"(1,2)\tx\ty\tc\n"s, 1U}, {"(1,3)\t\t\\N\ta\\tb\tz\n"s, 0U}}) {
        const auto found = text.route(line);
        EXPECT_EQ(found.target, target) << line;
        EXPECT_EQ(found.row.body, line.substr(6));
    }
    EXPECT_THROW(text.route("(1,4)\tx\tc\n"), failure);
    EXPECT_THROW(text.route("(1,5)\tx\ty\t\\N\n"), failure);
}

TEST(row_router, the_trailer_is_nobodys)
{
    row_router router(copy_format::binary, true, {"a"s, "b"s}, {where::in_front});
    const auto bytes = header + "\377\377"s;
    EXPECT_FALSE(router.route(bytes).row.is_row);
}

TEST(row_router, a_row_of_nobody_is_an_error_and_never_lost_in_silence)
{
    row_router router(copy_format::binary, true, {"a"s, "b"s}, {where::in_front});
    const auto null_key = header + binary_row(null_field, 1, 1, "x");
    EXPECT_THROW(router.route(null_key), failure);
    const auto unknown = binary_row(field("c"), 1, 2, "x");
    EXPECT_THROW(router.route(unknown), failure);
    row_router text(copy_format::text, false, {"a"s, "b"s}, {where::in_front});
    EXPECT_THROW(text.route("\\N\tx\n"), failure);
}

TEST(row_router, two_tenants_with_one_key_are_refused)
{
    EXPECT_THROW(row_router(copy_format::binary, true, {"a"s, "a"s}, {where::in_front}), failure);
}

TEST(row_router, without_keys_every_row_is_the_only_targets)
{
    row_router router(copy_format::text, false, {}, {where::in_front});
    const auto routed = router.route("a\tb\n");
    EXPECT_EQ(routed.target, 0U);
    EXPECT_EQ(routed.row.body, "a\tb\n");
}

} // namespace
} // namespace tropeiro::worker::copy
