// Variables by name. What they hold may be secret, so this has no printing and gives values one at a time.
#pragma once

#include "shared/base/error.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::config {

class environment {
  public:
    environment() = default;
    explicit environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}

    /// The value; an empty one counts as unset, as in compose files and CI.
    std::optional<std::string> get(const std::string& name) const;

    /// These and those of `stronger`, which win where they are not empty.
    environment overlaid_by(const environment& stronger) const;

    /// The names that begin so: "TROPEIRO_".
    std::vector<std::string> names_with_prefix(std::string_view prefix) const;

  private:
    std::map<std::string, std::string> variables_;
};

/// The variables of this process. The one place that reads them; main calls it once.
environment process_environment();

/// Reads `.env` text: NAME=value, `export NAME=value`, '...' as it stands, "..." with \n \t \\ \" \$, #
/// comments. Nothing is expanded. Each fault is appended to `faults` as "file:line:column: text".
environment parse_dotenv(std::string_view text, const std::string& file, std::vector<std::string>& faults);

} // namespace tropeiro::config
