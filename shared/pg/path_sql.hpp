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

/// p2."city_id": the filter's column, at the path's end.
std::string path_column(const model::row_filter& filter, std::string_view alias = "p");

} // namespace tropeiro::pg
