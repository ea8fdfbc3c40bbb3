#include "scheduler/plan/null_questions.hpp"

#include "scheduler/plan/path_questions.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::plan {
namespace {

using filter_kind = model::row_filter::kind_t;

/// IS NULL is true of a composite whose fields are all NULL; NOT NULL lets that pass.
std::string holds_null(const std::string& column)
{
    return fmt::format("t.{} IS NOT DISTINCT FROM NULL", pg::quote_ident(column));
}

std::string rows_of(const source_table& table, const std::vector<std::string>& tenants)
{
    std::vector<std::string> values;
    switch (table.rows.filter.kind) {
    case filter_kind::all:
        return "true";
    case filter_kind::legacy:
        return tenant_of_row(table) + " IS NULL";
    case filter_kind::equals:
        break;
    }
    for (const auto& tenant : tenants)
        values.push_back(pg::quote_literal(tenant));
    return fmt::format("{} IN ({})", tenant_of_row(table), text::join(values, ", "));
}

} // namespace

std::string null_counts_sql(const source_table& table, const std::vector<std::string>& columns,
                            const std::vector<std::string>& tenants)
{
    const bool by_tenant = table.rows.filter.kind == filter_kind::equals;
    std::string counts;
    for (const auto& column : columns)
        counts += fmt::format(", count(*) FILTER (WHERE {})", holds_null(column));
    return fmt::format("SELECT {}{} {} WHERE {}{}",
                       by_tenant ? tenant_of_row(table) + "::text" : std::string("NULL::text"), counts,
                       rows_from(table), rows_of(table, tenants), by_tenant ? " GROUP BY 1" : "");
}

std::string null_rows_sql(const source_table& table, const std::string& column, const std::string& tenant,
                          const std::vector<std::string>& key)
{
    return fmt::format("SELECT {} {} WHERE {} AND {} LIMIT 5", key_text(key), rows_from(table),
                       rows_of(table, {tenant}), holds_null(column));
}

} // namespace tropeiro::scheduler::plan
