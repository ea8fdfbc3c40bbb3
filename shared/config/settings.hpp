// The plain settings of the workspace as a table: name, and how a value is put into the struct. The same
// table serves the file, the environment and flags.
#pragma once

#include "shared/config/workspace.hpp"

#include <functional>

namespace tropeiro::config {

/// A value as it was written: a TOML string, integer, array of strings, or the text of a variable or a flag.
struct raw_value {
    enum class kind_t { text, number, list, other };
    kind_t kind = kind_t::text;
    std::string text;               // kinds text and number
    std::vector<std::string> items; // kind list
};

/// What is wrong with a value; `item` says which of a list.
struct value_fault {
    std::string text;
    std::optional<std::size_t> item;
};

struct setting {
    std::string name; // "copy.batch_rows"
    std::function<std::optional<value_fault>(workspace&, const raw_value&)> put;

    /// "TROPEIRO_COPY_BATCH_ROWS".
    std::string variable() const;
};

const std::vector<setting>& settings();

/// The setting of this name: of the table, or "limits.t:HOST:PORT". Nothing for another name.
std::optional<setting> find_setting(std::string_view name);

/// What can be said only once everything is there: patterns, addresses. Setting name and text.
std::vector<std::pair<std::string, std::string>> faults_of(const workspace& made);

} // namespace tropeiro::config
