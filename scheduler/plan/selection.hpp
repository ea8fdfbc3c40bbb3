// From what was asked to the tables of the source: modules or a list, with their partitions and heirs,
// without the control plane. Pure.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "scheduler/plan/request.hpp"
#include "shared/model/module_map.hpp"
#include "shared/pg/catalog_types.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct selected_table {
    std::string module;
    pg::oid id = 0;
    model::table_name name;
    model::tenant_rule rule; // of the table that was named, for partitions too
};

struct selection {
    std::vector<std::string> modules;
    std::vector<selected_table> tables; // parents before their partitions
    std::vector<finding> findings;

    std::set<pg::oid> oids() const;
};

/// Where the module is unknown or none was meant: tables that no module of the map claims.
inline constexpr std::string_view no_module = "default";

/// The module that claims the table.
std::string module_of(const model::module_map& modules, const model::table_name& table);

/// Whether the table never goes into a tenant's database: the workspace's list, and what tropeiro itself
/// keeps.
bool is_control_plane(const model::table_name& table, const std::vector<model::table_name>& control_tables);

/// Throws failure(not_found) for a module that the map does not have; other faults are findings.
selection select_tables(const table_choice& which, const model::module_map& modules,
                        const std::vector<model::table_name>& control_tables, const pg::catalog& source);

} // namespace tropeiro::scheduler::plan
