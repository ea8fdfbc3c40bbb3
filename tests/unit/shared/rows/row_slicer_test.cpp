#include "shared/rows/row_slicer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tropeiro::rows {
namespace {

using model::copy_format;
using namespace std::string_literals;

std::string field(std::string_view bytes)
{
    const auto size = bytes.size();
    return std::string{'\0', '\0', static_cast<char>(size >> 8U), static_cast<char>(size & 0xFFU)} +
           std::string(bytes);
}

const std::string tid_2_7 = field("\0\0\0\2\0\7"s);
const std::string header(stream_header(copy_format::binary));

TEST(row_slicer, takes_the_place_off_a_binary_row_and_leaves_the_rest)
{
    row_slicer slicer(copy_format::binary, true);
    const auto message = header + "\0\3"s + tid_2_7 + field("abc") + field("d");
    const auto row = slicer.slice(message);
    ASSERT_TRUE(row.is_row);
    EXPECT_EQ(row.place, (row_place{2, 7}));
    EXPECT_EQ(std::string(row.head, row.head_size), "\0\2"s);
    EXPECT_EQ(row.body, field("abc") + field("d"));
}

TEST(row_slicer, the_header_comes_once)
{
    row_slicer slicer(copy_format::binary, true);
    slicer.slice(header + "\0\1"s + tid_2_7);
    const auto message = "\0\2"s + tid_2_7 + field("x");
    EXPECT_EQ(slicer.slice(message).body, field("x"));
}

TEST(row_slicer, a_header_extension_is_skipped)
{
    row_slicer slicer(copy_format::binary, false);
    const auto message = header.substr(0, 15) + "\0\0\0\3xyz\0\1"s + field("v");
    EXPECT_EQ(slicer.slice(message).body, field("v"));
}

TEST(row_slicer, without_places_a_row_passes_whole)
{
    row_slicer slicer(copy_format::binary, false);
    const auto message = header + "\0\1"s + field("abc");
    const auto row = slicer.slice(message);
    EXPECT_EQ(std::string(row.head, row.head_size) + std::string(row.body), "\0\1"s + field("abc"));
}

TEST(row_slicer, the_trailer_is_no_row_with_or_without_the_header)
{
    row_slicer after_rows(copy_format::binary, true);
    after_rows.slice(header + "\0\1"s + tid_2_7);
    EXPECT_FALSE(after_rows.slice("\377\377"s).is_row);
    row_slicer empty(copy_format::binary, true);
    EXPECT_FALSE(empty.slice(header + "\377\377"s).is_row);
    row_slicer header_alone(copy_format::binary, true);
    EXPECT_FALSE(header_alone.slice(header).is_row);
    EXPECT_FALSE(header_alone.slice("\377\377"s).is_row);
}

TEST(row_slicer, a_stream_that_is_none_is_refused)
{
    for (const auto& bytes : {"SELECT 1"s, header + "\0"s, header + "\0\1"s, header + "\0\1\0\0\0\4abcd"s,
                              header + "\0\1\0\0\0\6ab"s, header + "\0\0"s, header.substr(0, 17)}) {
        row_slicer slicer(copy_format::binary, true);
        EXPECT_THROW(slicer.slice(bytes), failure) << bytes.size();
    }
}

TEST(row_slicer, nothing_behind_the_trailer_is_dropped_in_silence)
{
    row_slicer slicer(copy_format::binary, false);
    EXPECT_THROW(slicer.slice(header + "\377\377"s + "\0\1"s + field("abc")), failure);
    EXPECT_FALSE(slicer.slice("\377\377"s).is_row);
}

TEST(row_slicer, a_row_with_a_negative_field_count_is_refused)
{
    row_slicer slicer(copy_format::binary, false);
    EXPECT_THROW(slicer.slice(header + "\377\376"s + field("abc")), failure);
    EXPECT_THROW(slicer.slice("\200\0"s + field("abc")), failure);
}

TEST(row_slicer, a_text_line_without_its_end_is_refused_as_it_would_run_into_the_next)
{
    for (const bool with_place : {false, true}) {
        row_slicer slicer(copy_format::text, with_place);
        EXPECT_THROW(slicer.slice(""), failure);
        EXPECT_THROW(slicer.slice("(1,2)\tab"), failure);
        EXPECT_NO_THROW(slicer.slice("(1,2)\tab\n"));
    }
}

TEST(row_slicer, takes_the_place_off_a_text_line)
{
    row_slicer slicer(copy_format::text, true);
    const auto row = slicer.slice("(4294967295,65535)\ta\\tb\t\\N\n");
    ASSERT_TRUE(row.is_row);
    EXPECT_EQ(row.place, (row_place{4294967295U, 65535}));
    EXPECT_EQ(row.head_size, 0U);
    EXPECT_EQ(row.body, "a\\tb\t\\N\n");
}

TEST(row_slicer, a_text_line_without_a_place_is_refused)
{
    for (const auto* line :
         {"a\tb\n", "(1,2\tb\n", "(1;2)\tb\n", "no tab\n", "(99999999999,1)\tb\n", "(1,2x)\tb\n"}) {
        row_slicer slicer(copy_format::text, true);
        EXPECT_THROW(slicer.slice(line), failure) << line;
    }
}

TEST(row_place, is_written_as_postgresql_writes_a_tid) { EXPECT_EQ(to_string(row_place{12, 3}), "(12,3)"); }

} // namespace
} // namespace tropeiro::rows
