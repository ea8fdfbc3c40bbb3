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

/// The condition on rows that go to one of the tenants.
std::string goes_to(filter_kind kind, const std::string& tenant_of_row,
                    const std::vector<std::string>& tenants)
{
    std::vector<std::string> values;
    switch (kind) {
    case filter_kind::all:
        return "true";
    case filter_kind::legacy:
        return tenant_of_row + " IS NULL";
    case filter_kind::equals:
        break;
    }
    for (const auto& tenant : tenants)
        values.push_back(pg::quote_literal(tenant));
    return fmt::format("{} IN ({})", tenant_of_row, text::join(values, ", "));
}

} // namespace

std::string null_counts_sql(const source_table& table, const std::vector<std::string>& columns,
                            const std::vector<std::string>& tenants)
{
    const auto kind = table.rows.filter.kind;
    const bool by_tenant = kind == filter_kind::equals;
    const auto rows = rows_with_owner(table);
    std::string counts;
    for (const auto& column : columns)
        counts += fmt::format(", count(*) FILTER (WHERE {})", holds_null(column));
    return fmt::format("SELECT {}{} {} WHERE {}{}",
                       by_tenant ? rows.tenant + "::text" : std::string("NULL::text"), counts, rows.from,
                       goes_to(kind, rows.tenant, tenants), by_tenant ? " GROUP BY 1" : "");
}

std::string null_rows_sql(const source_table& table, const std::string& column, const std::string& tenant,
                          const std::vector<std::string>& key)
{
    const auto rows = rows_with_owner(table);
    return fmt::format("SELECT {} {} WHERE {} AND {} LIMIT 5", key_text(key), rows.from,
                       goes_to(table.rows.filter.kind, rows.tenant, {tenant}), holds_null(column));
}

} // namespace tropeiro::scheduler::plan
