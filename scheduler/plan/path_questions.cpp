#include "scheduler/plan/path_questions.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/path_sql.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

#include <utility>

namespace tropeiro::scheduler::plan {
namespace {

/// Rows that go to somebody. Those without a tenant are the legacy city's, which takes every row of a table on a path:
/// only where both ends have a column of their own can one of its rows point out of it.
std::string goes_somewhere(const source_table& table, const std::string& own, const linked_owner& other,
                           const row_owners& owners)
{
    const bool legacy_too = !table.by_path() && other.owner.path.empty();
    if (!owners.listed) return legacy_too ? "true" : own + " IS NOT NULL";
    std::vector<std::string> values;
    for (const auto& one : owners.values)
        values.push_back(pg::quote_literal(one));
    const auto listed = values.empty() ? std::string("false")
                                       : fmt::format("{}::text IN ({})", own, text::join(values, ", "));
    return legacy_too ? fmt::format("({} IS NULL OR {})", own, listed) : listed;
}

std::string conflicts_from(const source_table& table, const linked_owner& other, const row_owners& owners)
{
    const auto& link = other.step.hop;
    const auto rows = rows_with_owner(table);
    const auto there = pg::owner_of(other.owner, "l1", pg::way_joins::free, "v");
    std::string linked;
    for (const auto& column : link.from_columns)
        linked += fmt::format(" AND t.{} IS NOT NULL", pg::quote_ident(column));
    return fmt::format("{} LEFT JOIN {} ON {}{} WHERE {}{} AND {}::text IS DISTINCT FROM {}::text", rows.from,
                       pg::path_tables(std::span(&link, 1), "l"), pg::path_start(link, "t", "l"), there.joins,
                       goes_somewhere(table, rows.tenant, other, owners), linked, there.key, rows.tenant);
}

} // namespace

owned_rows rows_with_owner(const source_table& table)
{
    auto owner = pg::owner_of(table.rows.filter, "t", pg::way_joins::free);
    return {fmt::format("FROM ONLY {} t{}", pg::qualified(table.selected.name), owner.joins),
            std::move(owner.key), std::move(owner.way)};
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
    const auto rows = rows_with_owner(table);
    return fmt::format("SELECT {}, {}::text, count(*) {} GROUP BY 1, 2", rows.way, rows.tenant, rows.from);
}

std::string orphans_sql(const source_table& table, const std::vector<std::string>& key)
{
    const auto rows = rows_with_owner(table);
    return fmt::format("SELECT {} {} WHERE {} = 0 LIMIT 5", key_text(key), rows.from, rows.way);
}

std::string conflicts_sql(const source_table& table, const linked_owner& other, const row_owners& owners)
{
    return "SELECT count(*) " + conflicts_from(table, other, owners);
}

std::string conflicting_sql(const source_table& table, const linked_owner& other, const row_owners& owners,
                            const std::vector<std::string>& key)
{
    return fmt::format("SELECT {} {} LIMIT 5", key_text(key), conflicts_from(table, other, owners));
}

} // namespace tropeiro::scheduler::plan
