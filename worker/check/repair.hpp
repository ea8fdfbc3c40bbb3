// Brings rows that a check found missing or different from the source, and takes those away that stand there too often.
// Rows that only the target has are never touched: they may be the city's own.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "worker/check/compare_sql.hpp"
#include "worker/check/table_check.hpp"

#include <vector>

namespace tropeiro::worker::check {

/// `target` stands in a transaction that holds the table. The table's own triggers are put aside meanwhile. How many rows
/// were brought, corrected or taken away.
task<std::int64_t> repair_rows(pg::connection& source, pg::connection& target, const segmentation& cut,
                               std::vector<row_difference> differences);

} // namespace tropeiro::worker::check
