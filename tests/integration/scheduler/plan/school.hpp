// A database of three cities whose rows hang on each other: what tests of paths plan and copy.
#pragma once

#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include <string>
#include <vector>

namespace tropeiro::test {

/// Students and classes have the city's column; grades hang on enrollments, a link table, by a composite key; remarks
/// on grades and on each other. Every tenth student is of the legacy city. `more`: SQL that adds to them.
pg::dsn school_database(const std::string& more = {});

inline const std::vector<std::string> school_tables{"students", "classes", "enrollments", "grades",
                                                    "remarks"};

/// The identifier of city 0, 1 or 2.
std::string city(int i);

std::vector<model::tenant> three_cities();

scheduler::plan::plan_request
of_tables(const std::vector<std::string>& names,
          scheduler::plan::rows_wanted rows = scheduler::plan::rows_wanted::own);

/// What psql says, without blanks at its ends.
std::string in(const pg::dsn& database, const std::string& sql);

/// Number and hash of the table's rows, as `t`, that meet the condition.
std::string content(const pg::dsn& database, const std::string& table, const std::string& only = "true");

/// Throws when the plan has none for the table.
const scheduler::plan::path_plan& path_of(const scheduler::plan::plan& p, const std::string& table);

} // namespace tropeiro::test
