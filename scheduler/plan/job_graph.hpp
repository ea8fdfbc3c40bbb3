// Cuts a tenant's work into jobs and says which waits for which. Pure.
//
//   create_database -> restore_schema -> copy ... -> what comes after the rows (after_rows.hpp) -> publish
//
// A large table has a job for each part; small tables share one. Steps without work are left out, and what would wait for
// them waits for what they would wait for.
#pragma once

#include "scheduler/plan/tenant_work.hpp"

#include <cstddef>
#include <cstdint>

namespace tropeiro::scheduler::plan {

/// What the jobs of every tenant have in common, and this tenant's scripts: indices into plan::scripts, 0 for
/// none.
struct graph_settings {
    model::create_database_spec database;
    std::int64_t batch_rows = 50'000;
    std::int64_t small_table_bytes = std::int64_t{8} << 20U;
    model::existing_rows on_existing = model::existing_rows::refuse;
    model::bad_rows on_bad_row = model::bad_rows::fail;
    std::int64_t most_bad_rows = 1000;
    std::int64_t restore_script = 0;
    std::int64_t finish_script = 0;
};

/// Appends the jobs of plan.tenants[tenant]; none when there is nothing to do.
void add_jobs(plan& to, std::size_t tenant, const tenant_work& work, const graph_settings& settings);

} // namespace tropeiro::scheduler::plan
