// argv to a command and its arguments: finds the row in the table, lets CLI11 read what is left, and makes
// the help pages. Pure: nothing is printed, nothing run.
#pragma once

#include "scheduler/cli/command.hpp"

#include <span>

namespace tropeiro::scheduler::cli {

/// The flags that every command takes.
std::vector<flag> global_flags();

struct parsed_line {
    const command* found = nullptr; // null: `help` is to be printed
    arguments given;                // global flags too
    std::string help;
};

/// Wrong words and flags are error(usage), with a suggestion where one is near.
result<parsed_line> parse_line(std::span<const command> table, const std::vector<std::string>& words);

std::string help_of_program(std::span<const command> table);
std::string help_of_noun(std::span<const command> table, const std::string& noun);
std::string help_of_command(const command& row);

} // namespace tropeiro::scheduler::cli
