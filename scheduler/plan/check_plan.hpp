// A check of data as jobs: which tables of which tenants, cut so that workers find something each. Pure.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "scheduler/plan/read_back_sets.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A table that was copied and read back, as its newest verification says.
struct checkable_table {
    model::tenant tenant;
    std::string database;
    model::copy_item item;
};

struct check_options {
    bool source = false;                           // against the source; else against the receipts
    bool repair = false;                           // with source
    std::int64_t bytes_a_job = read_back_together; // of small tables that go together
};

/// A job for each large table and for each set of small ones; a repair is one job for each tenant, because a row may wait
/// for the row that it refers to.
plan make_check_plan(const std::vector<checkable_table>& tables, const check_options& options);

} // namespace tropeiro::scheduler::plan
