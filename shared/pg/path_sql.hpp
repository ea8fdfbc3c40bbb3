// The way from a row along foreign keys to the table that knows its tenant, as SQL. Pure.
#pragma once

#include "shared/model/row_filter.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tropeiro::pg {

/// The tables of the path, joined, for a FROM clause; they are `alias`1, `alias`2, ... At least one hop.
std::string path_tables(std::span<const model::path_hop> path, std::string_view alias = "p");

/// p1."id" = t."student_id" AND ...: the condition that leads from a row of `row` to the path's first table.
std::string path_start(const model::path_hop& first, std::string_view row, std::string_view alias = "p");

/// p2."city_id": the column at the path's end.
std::string path_column(std::span<const model::path_hop> path, std::string_view column);

/// How the ways of a row are followed.
enum class way_joins {
    nested, // row by row: the table's rows keep their order, and a way is followed where those before it do not reach
    free, // as the planner likes
};

/// Whose a row is, along the filter's path or else along its other ways.
struct row_owner {
    std::string joins; // behind the row's table in a FROM clause; each row stays one row
    std::string key;   // the tenant. NULL: the legacy city's, or no way reaches
    std::string way;   // which one reached: 1 the path, 2 the first of the others, ...; 0: none
};

/// `row`: the alias of the row's table. `alias`: of what is joined, numbered. Without a path the row's own column is the
/// key, and nothing is joined.
row_owner owner_of(const model::row_filter& filter, std::string_view row, way_joins joins,
                   std::string_view alias = "w");

} // namespace tropeiro::pg
