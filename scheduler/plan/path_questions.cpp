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

std::string from(const source_table& table)
{
    return fmt::format("FROM ONLY {} t {}", pg::qualified(table.selected.name),
                       join_along(table.rows.filter.path, "p"));
}

/// A column that the join found equal to another is not NULL.
std::string ends_nowhere(const source_table& table)
{
    return fmt::format("p1.{} IS NULL", pg::quote_ident(table.rows.filter.path.front().to_columns.front()));
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

std::string conflicts_from(const source_table& table, const tenant_path& other)
{
    const auto hops = other.hops();
    const auto own = pg::path_column(table.rows.filter, "p");
    const model::row_filter end{model::row_filter::kind_t::equals, other.column, {}, hops};
    std::string linked;
    for (const auto& column : hops.front().from_columns)
        linked += fmt::format(" AND t.{} IS NOT NULL", pg::quote_ident(column));
    return fmt::format("{} {} WHERE {} IS NOT NULL{} AND {}::text IS DISTINCT FROM {}::text", from(table),
                       join_along(hops, "q"), own, linked, pg::path_column(end, "q"), own);
}

} // namespace

std::string rows_by_tenant_sql(const source_table& table)
{
    return fmt::format("SELECT {}, {}::text, count(*) {} GROUP BY 1, 2", ends_nowhere(table),
                       pg::path_column(table.rows.filter, "p"), from(table));
}

std::string orphans_sql(const source_table& table, const std::vector<std::string>& key)
{
    return fmt::format("SELECT {} {} WHERE {} LIMIT 5", key_text(key), from(table), ends_nowhere(table));
}

std::string conflicts_sql(const source_table& table, const tenant_path& other)
{
    return "SELECT count(*) " + conflicts_from(table, other);
}

std::string conflicting_sql(const source_table& table, const tenant_path& other,
                            const std::vector<std::string>& key)
{
    return fmt::format("SELECT {} {} LIMIT 5", key_text(key), conflicts_from(table, other));
}

} // namespace tropeiro::scheduler::plan
