// The SQL of a table part's copy. Pure.
#pragma once

#include "shared/model/job.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::worker::copy {

/// COPY (SELECT ctid, columns ... WHERE part AND tenant [AND ctid > after]) TO STDOUT. Without `by_ctid` the
/// place is left out and `after` must be empty.
std::string copy_out_sql(const model::copy_item& item, std::string_view after);

/// The same for several tenants in one pass, with the tenant's key in front. The items differ in the value of
/// their filter alone.
std::string copy_pass_sql(const std::vector<model::copy_item>& items, std::string_view after);

/// The keys of the items' tenants, one a row, as copy_pass_sql() writes them. `type`: of the tenant column.
std::string copy_keys_sql(const std::vector<model::copy_item>& items, std::string_view type);

/// COPY into the table, or into the staging table for a merge.
std::string copy_in_sql(const model::copy_item& item, bool staged);

/// A merge's staging table, dropped at commit; and its rows into the table, those that are there already left
/// out.
std::string create_stage_sql(const model::copy_item& item);
std::string merge_stage_sql(const model::copy_item& item);

} // namespace tropeiro::worker::copy
