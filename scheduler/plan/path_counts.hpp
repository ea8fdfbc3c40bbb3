// Counts which rows of a table find a tenant and which do not: while a plan is made, those that find it along a path; for
// a survey, those with a tenant column of their own too.
#pragma once

#include "scheduler/plan/source_facts.hpp"
#include "scheduler/plan/timed_questions.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// One answer for each table whose rows are a tenant's. Tables that were counted have exact statistics afterwards. Asks
/// in the transaction that `source` stands in, which goes on whatever a question comes to: one that fails, or takes too
/// long, is said not to be counted. Throws pg::error when the connection is lost.
///
/// `known`: the tenants' ids, for a survey. Tables with a tenant column of their own are counted too, and rows of tenants
/// that nobody knows are told apart.
task<std::vector<path_plan>> count_paths(pg::connection& source, source_facts& facts,
                                         const std::vector<model::table_name>& control_tables,
                                         question_limits limits = question_limits(),
                                         const std::set<std::string>* known = nullptr);

/// Whose rows of a counted table are nobody's. Pure.
unknown_tenants unknown_among(const pg::tenant_statistics& counted, const std::set<std::string>& known);

/// What the counts mean for people. Pure.
std::vector<finding> check_paths(const std::vector<path_plan>& paths);

} // namespace tropeiro::scheduler::plan
