// A plan's JSON as a page for people: the cities and their databases, the tables with what is expected of
// each, foreign keys that stay behind and why, findings with their hints, and the totals. Pure.
#pragma once

#include "scheduler/cli/json_view.hpp"
#include "scheduler/cli/terminal.hpp"

#include <string>

namespace tropeiro::scheduler::cli {

std::string render_plan(const json::value& plan, const paint& colour);

/// The findings alone, the gravest first; the same one for several cities is said once.
std::string render_findings(const json::value& plan, const paint& colour);

/// "12 cities, 360 tables, 372 parts to copy, 1,200,000 rows (230.0 MB) expected".
std::string plan_totals(const json::value& plan);

/// The same from the summary that starting a rollout answers with.
std::string summary_totals(const json::value& summary);

} // namespace tropeiro::scheduler::cli
