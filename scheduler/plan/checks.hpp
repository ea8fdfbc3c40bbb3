// What would fail, or surprise, found before anything moves. Pure.
#pragma once

#include "scheduler/plan/source_facts.hpp"
#include "scheduler/plan/target_state.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// About the selected tables as the source has them: privileges, hidden rows, tenants that cannot be told
/// apart.
std::vector<finding> check_tables(const source_facts& source, const plan_request& request,
                                  const plan_settings& settings, std::size_t tenants);

/// About what the archive's closure could not take along.
std::vector<finding> check_closure(const source_facts& source,
                                   const std::vector<model::table_name>& control_tables);

/// About the target server: extensions, locale, the privilege to make databases. `new_databases`: how many
/// are to be made.
std::vector<finding> check_server(const source_facts& source, const target_server& target,
                                  std::size_t new_databases);

/// Roles that grants and policies of what goes name and that the target lacks, each with what names it.
std::map<std::string, std::set<std::string>> missing_roles(const source_facts& source,
                                                           const std::set<std::string>& there);

std::vector<finding> check_roles(const std::map<std::string, std::set<std::string>>& missing,
                                 bool create_roles, const target_server& target);

/// Before the source is read at all.
std::vector<finding> check_source(const pg::server_facts& source, const std::optional<std::string>& pooler);

} // namespace tropeiro::scheduler::plan
