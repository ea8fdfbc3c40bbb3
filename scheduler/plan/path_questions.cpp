#include "scheduler/plan/path_questions.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/path_sql.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::plan {
namespace {

/// The whole path on the right side of a join: a row that gets lost on the way has none.
std::string join_along(const std::vector<model::path_hop>& path, std::string_view alias)
{
    const auto tables = pg::path_tables(path, alias);
    return fmt::format("LEFT JOIN {} ON {}", path.size() == 1 ? tables : "(" + tables + ")",
                       pg::path_start(path.front(), "t", alias));
}

/// A column that the join found equal to another is not NULL. The table's own column is always reached.
std::string ends_nowhere(const source_table& table)
{
    if (!table.by_path()) return "false";
    return fmt::format("p1.{} IS NULL", pg::quote_ident(table.rows.filter.path.front().to_columns.front()));
}

/// Rows that go to somebody. Those without a tenant are the legacy city's, which takes every row of a table on a path:
/// only where both ends have a column of their own can one of its rows point out of it.
std::string goes_somewhere(const source_table& table, const tenant_path& other, const row_owners& owners)
{
    const auto own = tenant_of_row(table);
    const bool legacy_too = !table.by_path() && other.steps.size() == 1;
    if (!owners.listed) return legacy_too ? "true" : own + " IS NOT NULL";
    std::vector<std::string> values;
    for (const auto& one : owners.values)
        values.push_back(pg::quote_literal(one));
    const auto listed = values.empty() ? std::string("false")
                                       : fmt::format("{}::text IN ({})", own, text::join(values, ", "));
    return legacy_too ? fmt::format("({} IS NULL OR {})", own, listed) : listed;
}

std::string conflicts_from(const source_table& table, const tenant_path& other, const row_owners& owners)
{
    const auto hops = other.hops();
    const model::row_filter end{model::row_filter::kind_t::equals, other.column, {}, hops};
    std::string linked;
    for (const auto& column : hops.front().from_columns)
        linked += fmt::format(" AND t.{} IS NOT NULL", pg::quote_ident(column));
    return fmt::format("{} {} WHERE {}{} AND {}::text IS DISTINCT FROM {}::text", rows_from(table),
                       join_along(hops, "q"), goes_somewhere(table, other, owners), linked,
                       pg::path_column(end, "q"), tenant_of_row(table));
}

} // namespace

std::string rows_from(const source_table& table)
{
    auto sql = fmt::format("FROM ONLY {} t", pg::qualified(table.selected.name));
    if (table.by_path()) sql += " " + join_along(table.rows.filter.path, "p");
    return sql;
}

std::string tenant_of_row(const source_table& table)
{
    const auto& filter = table.rows.filter;
    return table.by_path() ? pg::path_column(filter, "p") : "t." + pg::quote_ident(filter.column);
}

std::string key_text(const std::vector<std::string>& key)
{
    if (key.empty()) return "'row ' || t.ctid::text";
    if (key.size() == 1) return fmt::format("t.{}::text", pg::quote_ident(key.front()));
    std::vector<std::string> parts;
    for (const auto& column : key)
        parts.push_back(fmt::format("t.{}::text", pg::quote_ident(column)));
    return fmt::format("'(' || {} || ')'", text::join(parts, " || ', ' || "));
}

std::string rows_by_tenant_sql(const source_table& table)
{
    return fmt::format("SELECT {}, {}::text, count(*) {} GROUP BY 1, 2", ends_nowhere(table),
                       tenant_of_row(table), rows_from(table));
}

std::string orphans_sql(const source_table& table, const std::vector<std::string>& key)
{
    return fmt::format("SELECT {} {} WHERE {} LIMIT 5", key_text(key), rows_from(table), ends_nowhere(table));
}

std::string conflicts_sql(const source_table& table, const tenant_path& other, const row_owners& owners)
{
    return "SELECT count(*) " + conflicts_from(table, other, owners);
}

std::string conflicting_sql(const source_table& table, const tenant_path& other, const row_owners& owners,
                            const std::vector<std::string>& key)
{
    return fmt::format("SELECT {} {} LIMIT 5", key_text(key), conflicts_from(table, other, owners));
}

} // namespace tropeiro::scheduler::plan
