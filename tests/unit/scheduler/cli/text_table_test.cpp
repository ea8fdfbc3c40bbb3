#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {

TEST(text_table, columns_line_up_by_code_points_not_by_bytes)
{
    text_table table({"city", ">rows"});
    table.add({"são josé", "7"});
    table.add({"recife", "1,234"});
    EXPECT_EQ(table.render(paint(false)), "city       rows\n"
                                          "são josé      7\n"
                                          "recife    1,234\n");
}

TEST(text_table, colours_do_not_move_a_column)
{
    text_table table({"state", "city"});
    table.add({cell("done", tone::good), "recife"});
    table.add({"waiting", "olinda"});
    const auto plain = table.render(paint(false));
    auto coloured = table.render(paint(true));
    for (const auto* code : {"\x1b[0m", "\x1b[1m", "\x1b[32m"})
        coloured = text::replace_all(coloured, code, "");
    EXPECT_EQ(coloured, plain);
}

TEST(text_table, lines_end_without_blanks_and_missing_cells_are_empty)
{
    text_table table({"a", "b", "c"});
    table.add({"x"});
    table.add({"x", "", "z"});
    EXPECT_EQ(table.render(paint(false)), "a  b  c\nx\nx     z\n");
}

TEST(text_table, what_a_server_sent_cannot_steer_the_terminal)
{
    text_table table({"error"});
    table.add({"bad\x1b[2Jthing\nline"});
    EXPECT_EQ(table.render(paint(false)), "error\nbad?[2Jthing line\n");
}

TEST(shorten, cuts_between_code_points_and_marks_the_cut)
{
    EXPECT_EQ(shorten("ação", 4), "ação");
    EXPECT_EQ(shorten("ações", 4), "açõ…");
    EXPECT_EQ(shorten("x", 0), "");
}

} // namespace tropeiro::scheduler::cli
