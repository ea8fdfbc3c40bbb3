// What it costs to read a table for one tenant or for several at once, as the source's own planner sees it.
#pragma once

#include "shared/model/table_name.hpp"
#include "shared/pg/connection.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Both in the unit of EXPLAIN, where 1 is a page that is read in sequence.
struct read_cost {
    double together = 0; // of all tenants asked about, in one reading
    double alone = 0;    // of one of them, on average
};

struct read_question {
    model::table_name table;
    std::string column;
    std::vector<std::string> together; // values that one reading is for
    std::vector<std::string> alone;    // a sample of them
};

/// Asks in the transaction that `source` stands in, with the settings under which workers read. One answer for
/// each question, in their order; throws pg::error.
task<std::vector<read_cost>> read_costs(pg::connection& source, std::vector<read_question> questions);

} // namespace tropeiro::scheduler::plan
