// What checks of data found, for people. From the "checks" of GET /v1/rollouts/{id}/outcome. Pure.
#pragma once

#include "scheduler/cli/json_view.hpp"
#include "scheduler/cli/terminal.hpp"

#include <string>

namespace tropeiro::scheduler::cli {

/// A line for each city, then each table that is not the same, with its first differing rows.
std::string render_checks(const json::value& outcome, const paint& colour);

/// "60 tables of 2 cities checked against the source: 59 same, 1 differs".
std::string check_sentence(const json::value& outcome);

/// Whether every table that was checked is the same, or is again after a repair.
bool all_well(const json::value& outcome);

} // namespace tropeiro::scheduler::cli
