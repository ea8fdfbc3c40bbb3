// Makes a plan: reads the source's catalogs once and those of every target database that exists, then
// decides, by pure functions of this folder, what each tenant's databases get. Changes nothing anywhere.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "scheduler/plan/request.hpp"
#include "shared/config/workspace.hpp"
#include "shared/pg/connection.hpp"
#include "shared/pg/dsn.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// The part of the workspace that plans depend on.
struct plan_settings {
    model::module_map modules;
    std::string tenant_column = "city_id";
    std::string database_pattern = "conecta_{slug}";
    std::string legacy_slug;                       // the tenant whose rows have no tenant; empty: none
    std::vector<model::table_name> control_tables; // never leave the control plane
    std::int64_t batch_rows = 50'000;
    std::int64_t part_bytes = std::int64_t{256} << 20U;
    std::int64_t small_table_bytes = std::int64_t{8} << 20U; // tables up to this size share a copy job
    std::int64_t most_bad_rows = 1000;
    std::int64_t pass_tenants = 32; // at most so many are served by one reading of a table; 1: each by itself
};

plan_settings settings_from(const config::workspace& workspace);

struct plan_inputs {
    /// Inside a transaction `ISOLATION LEVEL REPEATABLE READ READ ONLY` that has exported `snapshot`; the
    /// planner reads in it and leaves it open. Outlives the call.
    pg::connection* source = nullptr;
    pg::dsn source_dsn;   // for pg_dump: the same database
    std::string snapshot; // as pg_export_snapshot() named it
    pg::dsn target_admin; // any database of the target server; tenants' databases are made and found there
    plan_settings settings;
    std::vector<model::tenant> tenants; // resolved by the caller, in the order of the rollout
    std::size_t target_connections = 8; // to existing tenant databases at once
};

/// Throws pg::error or failure when a server or pg_dump cannot be used; everything that would fail later is a
/// finding of the plan.
task<plan> make_plan(plan_request request, plan_inputs inputs);

} // namespace tropeiro::scheduler::plan
