#include "shared/crypto/row_receipt.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace tropeiro::crypto {
namespace {

row_receipt of(std::initializer_list<std::string_view> rows)
{
    row_receipt receipt;
    for (const auto row : rows) receipt.add(row);
    return receipt;
}

TEST(row_receipt, the_order_of_rows_plays_no_part) { EXPECT_EQ(of({"a", "b", "c"}), of({"c", "a", "b"})); }

TEST(row_receipt, a_row_that_arrives_twice_shows) { EXPECT_NE(of({"a", "b"}), of({"a", "b", "b"})); }

TEST(row_receipt, a_pair_of_equal_rows_does_not_cancel)
{
    EXPECT_NE(of({"a", "a"}).digest(), of({"b", "b"}).digest());
}

TEST(row_receipt, a_flipped_byte_shows) { EXPECT_NE(of({"row 1"}), of({"row 2"})); }

TEST(row_receipt, parts_add_up_to_the_whole)
{
    auto parts = of({"a", "b"});
    parts.add(of({"c"}));
    EXPECT_EQ(parts, of({"a", "b", "c"}));
    EXPECT_EQ(parts.rows(), 3);
}

TEST(row_receipt, pieces_of_a_row_are_the_row)
{
    const std::string row(300, 'x');
    row_receipt in_pieces;
    const std::array<std::string_view, 2> pieces{std::string_view(row).substr(0, 7), std::string_view(row).substr(7)};
    in_pieces.add(pieces);
    EXPECT_EQ(in_pieces, of({row}));
}

TEST(row_receipt, the_sum_carries_into_the_upper_half)
{
    row_receipt many;
    row_receipt halves;
    for (int i = 0; i < 1000; ++i) many.add(std::to_string(i));
    for (int start : {500, 0}) {
        row_receipt half;
        for (int i = start; i < start + 500; ++i) half.add(std::to_string(i));
        halves.add(half);
    }
    EXPECT_EQ(many, halves);
}

TEST(row_receipt, the_text_form_comes_back)
{
    const auto receipt = of({"a", "b"});
    EXPECT_EQ(row_receipt::parse(receipt.digest(), 2).value(), receipt);
    EXPECT_EQ(row_receipt::parse("", 0).value(), row_receipt{});
    EXPECT_FALSE(row_receipt::parse("xyz", 2).has_value());
    EXPECT_FALSE(row_receipt::parse(receipt.digest().substr(1) + "g", 2).has_value());
    EXPECT_FALSE(row_receipt::parse("", 2).has_value());
}

} // namespace
} // namespace tropeiro::crypto
