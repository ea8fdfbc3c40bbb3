// What the source is asked about a path, as SQL. Pure.
#pragma once

#include "scheduler/plan/source_facts.hpp"

#include <string>

namespace tropeiro::scheduler::plan {

/// Rows of the table by the tenant at the path's end. Columns: whether the path ends nowhere, the tenant as text
/// (NULL: none), rows.
std::string rows_by_tenant_sql(const source_table& table);

/// Keys of five rows whose path ends nowhere.
std::string orphans_sql(const source_table& table, const std::vector<std::string>& key);

/// How many rows another path gives to another tenant than the table's own, though its first link is there; and keys of
/// five of them. Such a row's link points out of its tenant's database.
std::string conflicts_sql(const source_table& table, const tenant_path& other);
std::string conflicting_sql(const source_table& table, const tenant_path& other,
                            const std::vector<std::string>& key);

} // namespace tropeiro::scheduler::plan
