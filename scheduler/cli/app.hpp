// The program `tropeiro`: argv and environment in, exit code out.
#pragma once

#include "shared/config/environment.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

/// Runs one command on the calling thread, which must be main's: child processes are tied to it.
int run_program(const std::vector<std::string>& words, config::environment variables);

} // namespace tropeiro::scheduler::cli
