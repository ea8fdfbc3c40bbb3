// What a survey of the source begins with: the catalog, and the tables that were asked for with how each is told apart.
#pragma once

#include "scheduler/plan/source_facts.hpp"

namespace tropeiro::scheduler::plan {

/// Reads in the transaction that `source` stands in. Throws failure(not_found) for a module, and with every reason for
/// tables, that cannot be surveyed.
task<source_facts> read_survey_facts(pg::connection& source, const plan_request& request,
                                     const plan_settings& settings);

} // namespace tropeiro::scheduler::plan
