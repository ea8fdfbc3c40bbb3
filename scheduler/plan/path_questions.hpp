// What the source is asked about whose a table's rows are - by a column of their own, or along a path - as SQL. Pure.
#pragma once

#include "scheduler/plan/source_facts.hpp"

#include <string>

namespace tropeiro::scheduler::plan {

/// A table's rows, each of them once, and whose they are.
struct owned_rows {
    std::string from;   // FROM ONLY table t, and where the tenant is found along a path: the ways' tables
    std::string tenant; // the column that says it, where the table's rows are told apart; NULL: nobody's
    std::string way;    // see rows_by_tenant_sql()
};

owned_rows rows_with_owner(const source_table& table);

/// A row of rows_with_owner() for people: its key's values, or its place where there is no key.
std::string key_text(const std::vector<std::string>& key);

/// Rows of the table by their tenant. Columns: the way that reaches them (1 the path or column, 2 the first other way,
/// 0: none), the tenant as text (NULL: none), rows.
std::string rows_by_tenant_sql(const source_table& table);

/// Keys of five rows that no way reaches.
std::string orphans_sql(const source_table& table, const std::vector<std::string>& key);

/// Whose rows are looked at: everybody's, or only these tenants' and the legacy city's.
struct row_owners {
    bool listed = false;
    std::vector<std::string> values;
};

/// How many rows have a link, by another key, to a row that is not of their tenant; and keys of five of them. Such a
/// row's link points out of its tenant's database.
std::string conflicts_sql(const source_table& table, const linked_owner& other,
                          const row_owners& owners = row_owners());
std::string conflicting_sql(const source_table& table, const linked_owner& other, const row_owners& owners,
                            const std::vector<std::string>& key);

} // namespace tropeiro::scheduler::plan
