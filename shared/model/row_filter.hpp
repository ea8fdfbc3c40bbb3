// Which rows of a source table belong to the tenant that a copy is for.
#pragma once

#include "shared/model/table_name.hpp"

#include <string>
#include <vector>

namespace tropeiro::model {

/// A step along a foreign key. The columns that it points to are unique, so a row has one next row at most.
struct path_hop {
    table_name to;
    std::vector<std::string> from_columns; // of the table before
    std::vector<std::string> to_columns;   // beside them, of `to`
    bool partitioned = false;              // `to` keeps its rows in its partitions

    friend bool operator==(const path_hop&, const path_hop&) = default;
};

/// A way for rows that the ways before it do not reach.
struct other_way {
    std::vector<path_hop> path;
    std::string column; // of the path's last table, and of the type of the filter's; upwards: none
    // The path's last hop leads from a table to itself: along this key alone from row to row, until from one of them a way
    // leads on that begins like this one and does not lead upwards.
    bool upwards = false;

    friend bool operator==(const other_way&, const other_way&) = default;
};

struct row_filter {
    enum class kind_t {
        all,    // every row
        legacy, // WHERE column IS NULL
        equals, // WHERE column = value
    };
    kind_t kind = kind_t::all;
    std::string column; // unquoted; of the path's last table
    std::string value;  // as text; PostgreSQL reads it as the column's type
    std::vector<path_hop>
        path{}; // from the table to the one that has the column; empty: it is the table's own
    std::vector<other_way> otherwise{}; // in their order; none without a path

    friend bool operator==(const row_filter&, const row_filter&) = default;
};

} // namespace tropeiro::model
