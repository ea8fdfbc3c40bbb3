// Every command. One function per noun, each in <noun>_commands.cpp.
#pragma once

#include "scheduler/cli/command.hpp"

#include <vector>

namespace tropeiro::scheduler::cli {

std::vector<command> setup_commands(); // init, serve, check
std::vector<command> module_commands();
std::vector<command> tenant_commands();
std::vector<command> rollout_commands();
std::vector<command> job_commands();
std::vector<command> worker_commands();
std::vector<command> limit_commands();
std::vector<command> data_commands();

/// All of them, in the order of the help page.
std::vector<command> command_table();

} // namespace tropeiro::scheduler::cli
