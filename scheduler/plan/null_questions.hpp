// What the source is asked about NULLs in a table's columns, as SQL. Pure.
#pragma once

#include "scheduler/plan/source_facts.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// One reading of the table. Columns: the tenant as text, then for each of `columns` how many of its rows hold NULL there.
/// A line for each of these tenants that has rows; where the rows are not told apart by tenant (every row, or the legacy
/// ones) one line, without a tenant.
std::string null_counts_sql(const source_table& table, const std::vector<std::string>& columns,
                            const std::vector<std::string>& tenants);

/// Keys of five rows of the tenant that hold NULL in the column.
std::string null_rows_sql(const source_table& table, const std::string& column, const std::string& tenant,
                          const std::vector<std::string>& key);

} // namespace tropeiro::scheduler::plan
