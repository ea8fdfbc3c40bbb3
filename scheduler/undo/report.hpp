// What undoing a city comes to: what goes, what stays and why, what changed since the rollout. A plain value.
#pragma once

#include "shared/model/table_name.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::undo {

struct undone_thing {
    std::string kind;     // table, function, index, ... as PostgreSQL calls it
    std::string identity; // public.schools
    std::string outcome;  // dropped, emptied, back (put back), stays
    std::string why;      // stays
};

/// A table whose rows are not those that the rollout brought.
struct changed_table {
    model::table_name table;
    std::string what; // "1,200 rows were brought, 1,203 are there"
};

struct report {
    std::string city;
    std::string database;
    bool database_there = false;
    bool drops_database = false;  // the rollout made it
    std::int64_t connections = 0; // that end with it
    std::vector<undone_thing> things;
    std::vector<changed_table> changed; // of those whose rows go
    bool discards = false;              // changes are to be lost
    bool published = false; // into the control plane: taken back where nobody has changed it since
    bool done = false;      // false: only looked
    bool earlier = false;   // done by an earlier undoing; nothing was left to do

    std::vector<undone_thing> staying() const;
};

boost::json::value to_json(const report& r);

/// What stands in a table against what the rollout brought into it.
struct rows_found {
    model::table_name table;
    bool strange = false; // made by no rollout
    std::int64_t brought = 0;
    std::int64_t present = 0;
    bool same_content = true;
};

/// Nothing when the table is as the rollout left it. Pure.
std::optional<changed_table> change_of(const rows_found& rows);

/// failure(refused) naming the tables, unless nothing changed. Pure.
void refuse_when_changed(const report& r);

} // namespace tropeiro::scheduler::undo
