// Which rows of a table belong to a tenant, and how many they should be. Pure.
#pragma once

#include "scheduler/plan/request.hpp"
#include "shared/model/module_map.hpp"
#include "shared/model/row_filter.hpp"
#include "shared/pg/catalog_types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Why a table's rows cannot be told apart, and what to do about it.
struct rows_problem {
    std::string what;
    std::string hint;
};

struct rows_choice {
    bool copied = false;
    model::row_filter filter; // kind `equals`: without its value, which is the tenant's
    std::optional<rows_problem> problem;
};

/// A table and what it may be told apart by.
struct rows_question {
    model::table_name table;
    std::string module;
    model::tenant_rule rule;
    std::vector<std::string> columns; // of the table
};

rows_choice choose_rows(const rows_question& table, rows_wanted wanted, const std::string& tenant_column);

/// Whether a column of this type can hold the value: a filter that cannot be read would fail in every copy.
/// Knows uuids and integers; anything else may be.
bool fits(const std::string& value, const std::string& type);

/// "city_id = 7", "city_id IS NULL", "all rows", "none": for people.
std::string describe(const rows_choice& rows);

/// What a filter lets through: rows, and their share of the table's.
struct rows_estimate {
    double rows = 0;
    double share = 1;
};

rows_estimate estimate_rows(const model::row_filter& filter, const pg::catalog_table& table,
                            const pg::tenant_statistics* statistics);

} // namespace tropeiro::scheduler::plan
