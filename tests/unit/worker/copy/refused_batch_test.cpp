#include "worker/copy/refused_batch.hpp"

#include <gtest/gtest.h>

namespace tropeiro::worker::copy {
namespace {

TEST(refused_batch, what_a_rows_content_is_to_blame_for_is_told_from_trouble)
{
    for (const auto* state : {"22001", "22003", "22021", "22P02", "22P03", "23502", "23505", "23514", "23503",
                              "P0001", "38000", "44000", "54000"})
        EXPECT_TRUE(is_about_a_row(state)) << state;
    for (const auto* state : {"08006", "08T01", "53100", "53300", "40P01", "40001", "55P03", "42501", "42P01",
                              "42703", "57014", "57P01", "25P02", "0A000", "XX000", "54001", "58030", ""})
        EXPECT_FALSE(is_about_a_row(state)) << state;
}

TEST(refused_batch, the_line_is_read_in_any_language)
{
    EXPECT_EQ(line_of("COPY people, line 3, column id", "people"), 3);
    EXPECT_EQ(line_of("COPY people, linha 12, coluna id: \"9\"", "people"), 12);
    EXPECT_EQ(line_of("COPY people, Zeile 7: \"a\tb\"", "people"), 7);
    EXPECT_EQ(line_of("PL/pgSQL function refuse() line 3 at RAISE\nCOPY people, line 41", "people"), 41);
    EXPECT_EQ(line_of("COPY a, line 5, line 9", "a, line 5"), 9) << "a table may be called anything";
}

TEST(refused_batch, without_a_line_there_is_none)
{
    EXPECT_EQ(line_of("", "people"), std::nullopt);
    EXPECT_EQ(line_of("PL/pgSQL function refuse() line 3 at RAISE", "people"), std::nullopt);
    EXPECT_EQ(line_of("COPY others, line 3", "people"), std::nullopt);
    EXPECT_EQ(line_of("COPY people, line", "people"), std::nullopt);
    EXPECT_EQ(line_of("COPY people, line 99999999999999999999", "people"), std::nullopt);
}

TEST(refused_batch, the_column_comes_from_the_server_or_from_the_place)
{
    pg::server_message said;
    said.context = "COPY people, line 3, column birth day: \"soon\"";
    EXPECT_EQ(column_of(said, "people", {"birth", "birth day"}), "birth day");
    said.context = "COPY people, line 3, column id";
    EXPECT_EQ(column_of(said, "people", {"id", "name"}), "id");
    said.context = "COPY people, line 3: \"1, column name\"";
    EXPECT_EQ(column_of(said, "people", {"id", "name"}), "");
    said.column = "name";
    EXPECT_EQ(column_of(said, "people", {"id", "name"}), "name");
}

TEST(refused_batch, the_reason_shows_no_value_of_the_row)
{
    pg::server_message said;
    said.sqlstate = "22001";
    said.message = "value too long for type character varying(5)";
    said.detail = "Failing row contains (1, secret).";
    said.context = "COPY people, line 3, column name: \"secret\"";
    EXPECT_EQ(reason_of(said, "people", {"id", "name"}),
              "column name: value too long for type character varying(5) [22001]");
    said.column = "id";
    said.sqlstate = "23502";
    said.message = "null value in column \"id\" of relation \"people\" violates not-null constraint";
    EXPECT_EQ(reason_of(said, "people", {"id"}),
              "null value in column \"id\" of relation \"people\" violates not-null constraint [23502]");
}

} // namespace
} // namespace tropeiro::worker::copy
