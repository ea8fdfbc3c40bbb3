// What surveys of the source found, for people. From the answers of POST /v1/data/orphans and /v1/data/nulls. Pure.
#pragma once

#include "scheduler/cli/json_view.hpp"
#include "scheduler/cli/terminal.hpp"

#include <string>

namespace tropeiro::scheduler::cli {

/// A line for each table, then what is wrong and what to do about it.
std::string render_orphans(const json::value& found, const paint& colour);

/// "30 tables: every row has a place", "30 tables: 3 rows of nobody, 1 table not counted".
std::string orphans_sentence(const json::value& found);

/// A line for each column that would refuse rows, then the statements that let them in, by database.
std::string render_nulls(const json::value& found, const paint& colour);

/// "2 cities compared: 1 column would refuse 3 rows; 1 city has no database yet".
std::string nulls_sentence(const json::value& found);

} // namespace tropeiro::scheduler::cli
