// What a person asks for: which tenants, which tables, which rows, and how to treat what is there already.
#pragma once

#include "scheduler/plan/pace.hpp"
#include "shared/model/job.hpp"
#include "shared/model/table_name.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Which rows go to a tenant's database.
enum class rows_wanted {
    none,   // a new, empty city: schema only
    legacy, // rows whose tenant column is NULL
    own,    // rows whose tenant column is the tenant's id (or `tenant_value`)
    all,    // every row of the tables: the source belongs to this tenant alone
};

/// They exclude each other. Without any: what the one who reads it thinks fit, a plan every module of the map.
struct table_choice {
    std::vector<std::string> modules;
    std::vector<model::table_name> tables;
    bool all_tables = false; // every table that is not control plane
};

struct plan_request {
    std::vector<std::string> tenants; // slugs; {"all"}: every active tenant but the legacy one
    table_choice which;
    rows_wanted rows = rows_wanted::own;
    std::string tenant_value; // own: the value to look for instead of the tenant's id
    model::existing_rows on_existing = model::existing_rows::refuse;
    model::bad_rows on_bad_row = model::bad_rows::fail;
    bool create_roles = false;              // make missing roles NOLOGIN in the target instead of refusing
    std::optional<std::int64_t> batch_rows; // instead of the workspace's
    pace how_fast;
    std::string title;
};

} // namespace tropeiro::scheduler::plan
