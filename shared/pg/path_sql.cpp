#include "shared/pg/path_sql.hpp"

#include "shared/pg/quote.hpp"

#include <fmt/format.h>

namespace tropeiro::pg {
namespace {

std::string numbered(std::string_view alias, std::size_t number)
{
    return fmt::format("{}{}", alias, number);
}

/// A foreign key points to rows of the table itself, not to those of tables that inherit from it.
std::string table_of(const model::path_hop& hop)
{
    return (hop.partitioned ? "" : "ONLY ") + qualified(hop.to);
}

std::string condition(const model::path_hop& hop, std::string_view from, std::string_view to)
{
    std::string all;
    for (std::size_t i = 0; i < hop.to_columns.size(); ++i) {
        if (!all.empty()) all += " AND ";
        all += fmt::format("{}.{} = {}.{}", to, quote_ident(hop.to_columns[i]), from,
                           quote_ident(hop.from_columns.at(i)));
    }
    return all;
}

} // namespace

std::string path_tables(std::span<const model::path_hop> path, std::string_view alias)
{
    auto sql = fmt::format("{} {}", table_of(path.front()), numbered(alias, 1));
    for (std::size_t i = 1; i < path.size(); ++i) {
        const auto here = numbered(alias, i + 1);
        sql += fmt::format(" JOIN {} {} ON {}", table_of(path[i]), here,
                           condition(path[i], numbered(alias, i), here));
    }
    return sql;
}

std::string path_start(const model::path_hop& first, std::string_view row, std::string_view alias)
{
    return condition(first, row, numbered(alias, 1));
}

std::string path_column(const model::row_filter& filter, std::string_view alias)
{
    return numbered(alias, filter.path.size()) + "." + quote_ident(filter.column);
}

} // namespace tropeiro::pg
