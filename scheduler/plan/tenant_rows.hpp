// Which rows of a table belong to a tenant, and how many they should be. Pure.
#pragma once

#include "scheduler/plan/request.hpp"
#include "scheduler/plan/tenant_path.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct rows_choice {
    bool copied = false;
    model::row_filter filter; // kind `equals`: without its value, which is the tenant's
    std::optional<rows_problem> problem;
    std::optional<path_choice> along = std::nullopt; // where the filter has a path: what is to be known of it
};

/// A table and what it may be told apart by.
struct rows_question {
    model::table_name table;
    std::string module;
    model::tenant_rule rule;
    std::vector<std::string> columns; // of the table
    pg::oid id = 0;
};

/// `paths`: of the source, for tables without the column.
rows_choice choose_rows(const rows_question& table, rows_wanted wanted, const std::string& tenant_column,
                        const tenant_paths& paths);

/// The table's name as a key of a TOML section.
std::string toml_key(const model::table_name& table);

/// Whether a column of this type can hold the value: a filter that cannot be read would fail in every copy.
/// Knows uuids and integers; anything else may be.
bool fits(const std::string& value, const std::string& type);

/// "city_id = 7", "student_id -> students.city_id = 7", "city_id IS NULL", "all rows", "none": for people.
std::string describe(const rows_choice& rows);

/// What of a table is a tenant's, from what is known of the table at its path's end: the same shares of the
/// table's rows. `rows`: of the table itself, where they were counted.
pg::tenant_statistics through_path(const pg::catalog_table& table, const pg::tenant_statistics& end,
                                   std::optional<double> rows);

/// What a filter lets through: rows, and their share of the table's.
struct rows_estimate {
    double rows = 0;
    double share = 1;
};

rows_estimate estimate_rows(const model::row_filter& filter, const pg::catalog_table& table,
                            const pg::tenant_statistics* statistics);

} // namespace tropeiro::scheduler::plan
