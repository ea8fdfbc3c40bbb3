// The SQL of a table part's copy. Pure.
#pragma once

#include "shared/model/job.hpp"

#include <string>
#include <string_view>

namespace tropeiro::worker::copy {

/// COPY (SELECT ctid, columns ... WHERE part AND tenant [AND ctid > after]) TO STDOUT. Without `by_ctid` the
/// place is left out and `after` must be empty.
std::string copy_out_sql(const model::copy_item& item, std::string_view after);

/// COPY into the table, or into the staging table for a merge.
std::string copy_in_sql(const model::copy_item& item, bool staged);

/// Reads every row of the target's table in the format in which it was sent.
std::string read_back_sql(const model::copy_item& item);

/// A merge's staging table, dropped at commit; and its rows into the table, those that are there already left out.
std::string create_stage_sql(const model::copy_item& item);
std::string merge_stage_sql(const model::copy_item& item);

} // namespace tropeiro::worker::copy
