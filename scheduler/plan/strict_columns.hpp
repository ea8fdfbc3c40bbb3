// Which columns of a database's tables take no NULL.
#pragma once

#include "shared/model/table_name.hpp"
#include "shared/pg/connection.hpp"

#include <map>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct strict_column {
    std::string name;
    bool itself = false;              // the column is NOT NULL; else only a domain is
    std::vector<std::string> domains; // of its type, that are NOT NULL; quoted
    std::string fixed;                // why the column's own cannot be dropped; empty: it can
    std::string holder;               // the table whose column it is dropped from, quoted

    /// The statements that let NULLs in, to be run in that database; none when it is fixed. Pure.
    std::vector<std::string> relaxing() const;
};

using strict_columns = std::map<model::table_name, std::vector<strict_column>>;

task<strict_columns> read_strict_columns(pg::connection& c);

} // namespace tropeiro::scheduler::plan
