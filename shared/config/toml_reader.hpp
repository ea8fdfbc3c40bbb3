// Walks tropeiro.toml: plain settings by the table, modules by hand. Remembers where each setting stood, so
// that faults found later point there too.
#pragma once

#include "shared/config/workspace.hpp"

namespace tropeiro::config {

struct toml_reading {
    std::vector<std::string> faults;              // "file:line:column: text"
    std::map<std::string, std::string> positions; // setting -> "file:line:column"
};

/// Puts what `text` says into `into`; `file` is the name for positions.
toml_reading read_toml(std::string_view text, const std::string& file, workspace& into);

} // namespace tropeiro::config
