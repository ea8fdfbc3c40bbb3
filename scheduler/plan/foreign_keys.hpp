// Which foreign keys a tenant's database gets, which stay behind and why, and which tables depend on each
// other in a circle. Pure.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "shared/pg/catalog_types.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// The tables of a tenant's database once the rollout is done.
struct key_question {
    std::set<model::table_name> arriving; // tables of this rollout
    std::set<model::table_name> present;  // tables that were there before
    std::vector<model::table_name> control_tables;
};

/// The source's foreign keys that concern an arriving table: of it, or of a present table to it. Keys that
/// follow from a partitioned table's are left to that one. In the catalog's order.
struct key_choice {
    const pg::catalog_constraint* key = nullptr;
    foreign_key_plan plan;
};
std::vector<key_choice> choose_foreign_keys(const pg::catalog& source, const key_question& q);

/// Tables that reach themselves through others along kept keys: "a -> b -> a". A table that points to itself
/// is none.
std::vector<std::string> key_cycles(const std::vector<foreign_key_plan>& keys);

} // namespace tropeiro::scheduler::plan
