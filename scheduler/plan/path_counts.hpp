// Counts, while a plan is made, which rows of a table find a tenant along its path and which do not.
#pragma once

#include "scheduler/plan/source_facts.hpp"
#include "shared/base/clock.hpp"

#include <vector>

namespace tropeiro::scheduler::plan {

struct count_limits {
    milliseconds table{10'000};    // for one table
    milliseconds together{60'000}; // for all of a plan
};

/// One answer for each table whose rows are a tenant's by a path. Tables that were counted have exact statistics
/// afterwards. Asks in the transaction that `source` stands in, which goes on whatever a question comes to: one that
/// fails, or takes too long, is said not to be counted. Throws pg::error when the connection is lost.
task<std::vector<path_plan>> count_paths(pg::connection& source, source_facts& facts,
                                         const std::vector<model::table_name>& control_tables,
                                         count_limits limits = {});

/// What the counts mean for people. Pure.
std::vector<finding> check_paths(const std::vector<path_plan>& paths);

} // namespace tropeiro::scheduler::plan
