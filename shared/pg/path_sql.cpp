#include "shared/pg/path_sql.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::pg {
namespace {

/// Rows above a row that are looked at, at most: links that go round in a circle come to an end.
constexpr int most_upwards = 1'000;

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

/// c."a", c."b"
std::string listed(const std::vector<std::string>& columns, std::string_view row)
{
    std::vector<std::string> list;
    for (const auto& column : columns)
        list.push_back(fmt::format("{}.{}", row, quote_ident(column)));
    return text::join(list, ", ");
}

/// The ways of one row, each a LATERAL query of at most one row that finds none where a way before it has.
class owner_joins {
  public:
    /// `alias`: of the queries, which are numbered.
    owner_joins(std::string_view row, std::string_view alias, way_joins joins)
        : row_(row), alias_(alias), joins_(joins)
    {
    }

    void along(std::span<const model::path_hop> path, std::string_view column)
    {
        // OFFSET 0 keeps the planner from taking the query apart.
        join(fmt::format("SELECT true AS there, {} AS k FROM {} WHERE {}{}{}", path_column(path, column),
                         path_tables(path), path_start(path.front(), row_), unreached(" AND "),
                         joins_ == way_joins::nested ? " OFFSET 0" : ""));
    }

    /// To the nearest row above from which a way of the filter leads on.
    void upwards(std::span<const model::path_hop> path, const model::row_filter& filter)
    {
        const auto& hop = path.back();
        const auto before = path.first(path.size() - 1);
        owner_joins above("c", "u", joins_);
        above.along_rest(before, filter.path, filter.column);
        for (const auto& way : filter.otherwise)
            if (!way.upwards) above.along_rest(before, way.path, way.column);
        auto step = hop; // from the link of the row below
        for (std::size_t i = 0; i < step.from_columns.size(); ++i)
            step.from_columns[i] = numbered("a", i + 1);
        const auto last = before.empty() ? std::string(row_) : numbered("p", before.size());
        const auto first = before.empty() ? unreached(" WHERE ")
                                          : fmt::format(" FROM {} WHERE {}{}", path_tables(before),
                                                        path_start(before.front(), row_), unreached(" AND "));
        const auto next = fmt::format("JOIN {} c ON {}", table_of(hop), condition(step, "up", "c"));
        // A row that leads to itself is at the top.
        const auto climb =
            fmt::format("SELECT 1, {}{} UNION ALL SELECT up.n + 1, {} FROM up {} WHERE up.n < {} AND ({}) IS "
                        "DISTINCT FROM ({})",
                        listed(hop.from_columns, last), first, listed(hop.from_columns, "c"), next,
                        most_upwards, listed(hop.from_columns, "c"), listed(step.from_columns, "up"));
        join(fmt::format(
            "WITH RECURSIVE up (n, {}) AS ({}) SELECT true AS there, {} AS k FROM up {}{} WHERE {} "
            "ORDER BY up.n LIMIT 1",
            text::join(step.from_columns, ", "), climb, above.key(), next, above.sql_, above.reached()));
    }

    row_owner owner() const { return {sql_, key(), way()}; }

  private:
    /// What is left of a path that begins like this.
    void along_rest(std::span<const model::path_hop> begin, std::span<const model::path_hop> path,
                    std::string_view column)
    {
        if (path.size() > begin.size() && std::equal(begin.begin(), begin.end(), path.begin()))
            along(path.subspan(begin.size()), column);
    }

    std::string query(std::size_t number) const { return numbered(alias_, number); }

    void join(const std::string& what)
    {
        ++count_;
        sql_ += fmt::format(" LEFT JOIN LATERAL ({}) {} ON true", what, query(count_));
    }

    /// The form of each query, as in "w1.k, w2.k".
    std::string each(std::string_view form, std::string_view between) const
    {
        std::string all;
        for (std::size_t i = 1; i <= count_; ++i)
            all += fmt::format("{}{}{}", i == 1 ? "" : between, query(i), form);
        return all;
    }

    std::string unreached(std::string_view in_front) const
    {
        return count_ == 0 ? std::string() : std::string(in_front) + each(".there IS NULL", " AND ");
    }

    std::string reached() const { return "(" + each(".there", " OR ") + ")"; }

    std::string key() const { return count_ == 1 ? query(1) + ".k" : "coalesce(" + each(".k", ", ") + ")"; }

    std::string way() const
    {
        std::string cases;
        for (std::size_t i = 1; i <= count_; ++i)
            cases += fmt::format(" WHEN {}.there THEN {}", query(i), i);
        return "CASE" + cases + " ELSE 0 END";
    }

    std::string_view row_;
    std::string_view alias_;
    way_joins joins_;
    std::size_t count_ = 0;
    std::string sql_;
};

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

std::string path_column(std::span<const model::path_hop> path, std::string_view column)
{
    return numbered("p", path.size()) + "." + quote_ident(column);
}

row_owner owner_of(const model::row_filter& filter, std::string_view row, way_joins joins,
                   std::string_view alias)
{
    if (filter.path.empty()) return {{}, fmt::format("{}.{}", row, quote_ident(filter.column)), "1"};
    owner_joins ways(row, alias, joins);
    ways.along(filter.path, filter.column);
    for (const auto& way : filter.otherwise) {
        if (way.upwards)
            ways.upwards(way.path, filter);
        else
            ways.along(way.path, way.column);
    }
    return ways.owner();
}

} // namespace tropeiro::pg
