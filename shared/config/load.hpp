// Reading the workspace. Precedence: process environment, .env, tropeiro.toml, defaults. Every fault
// is found in one go.
#pragma once

#include "shared/config/workspace.hpp"

namespace tropeiro::config {

struct load_request {
    std::optional<std::filesystem::path>
        file; // --config; unset: tropeiro.toml in `directory` when it is there
    std::filesystem::path directory = ".";
    environment process; // of process_environment(), or a test's
};

/// The workspace, or error(usage) with one line per fault: "tropeiro.toml:12:1: unknown key ...". Every
/// setting of the file may also come as a variable: copy.batch_rows is TROPEIRO_COPY_BATCH_ROWS, lists with
/// commas.
result<workspace> load(const load_request& request);

/// The names of all plain settings ("copy.batch_rows", ...), in the order of the documentation.
std::vector<std::string> setting_names();

} // namespace tropeiro::config
