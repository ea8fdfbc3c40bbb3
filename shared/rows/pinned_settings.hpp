// What every connection that sends, receives or reads back rows is set to.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tropeiro::rows {

/// So that text means the same on either side.
std::vector<std::pair<std::string, std::string>> pinned_settings();

} // namespace tropeiro::rows
