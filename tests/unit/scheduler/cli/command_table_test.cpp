#include "scheduler/cli/command_line.hpp"
#include "scheduler/cli/command_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tropeiro::scheduler::cli {

TEST(command_table, every_command_has_a_summary_an_example_and_something_to_run)
{
    for (const auto& row : command_table()) {
        EXPECT_FALSE(row.summary.empty()) << row.words();
        EXPECT_FALSE(row.examples.empty()) << row.words();
        EXPECT_TRUE(row.run) << row.words();
        EXPECT_THAT(help_of_command(row), testing::HasSubstr("Examples:\n")) << row.words();
    }
}

TEST(command_table, every_example_is_a_line_that_the_program_takes)
{
    const auto table = command_table();
    for (const auto& row : table)
        for (const auto& example : row.examples) {
            std::istringstream in(example.line);
            std::vector<std::string> words;
            for (std::string word; in >> word;)
                words.push_back(word);
            const auto line = parse_line(table, words);
            ASSERT_TRUE(line) << example.line << ": " << line.error().message;
            ASSERT_NE(line->found, nullptr) << example.line;
            EXPECT_EQ(line->found->words(), row.words()) << example.line;
        }
}

TEST(command_table, has_the_commands_of_the_guide)
{
    const auto table = command_table();
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"tenant", "provision", "afogados-da-ingazeira", "--from-legacy",
                                   "--modules", "a,b", "--batch-size", "5000", "--truncate"},
          {"tenant", "provision", "recife", "--modules", "educacao,saude"},
          {"module", "enable", "recife", "transparencia", "--migrate-data", "--city-id", "0d3c"},
          {"module", "list"},
          {"check"}}) {
        const auto line = parse_line(table, words);
        ASSERT_TRUE(line) << line.error().message;
        EXPECT_NE(line->found, nullptr);
    }
}

} // namespace tropeiro::scheduler::cli
