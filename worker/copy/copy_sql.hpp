// The SQL of a table part's copy. Pure.
#pragma once

#include "shared/model/job.hpp"
#include "shared/rows/row_slicer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::worker::copy {

/// Where rows stand before they go into the table; made by create_stage_sql().
inline constexpr std::string_view stage_table = "pg_temp.tropeiro_stage";

/// Readers have index scans off, for the order of the rows. A path needs them, and its rows are in order with them:
/// nothing filters the table itself but its places. Compiling the statement would cost more than it saves.
inline constexpr auto begin_path_sql = "SAVEPOINT path_reader; SET LOCAL enable_indexscan = on; "
                                       "SET LOCAL enable_indexonlyscan = on; SET LOCAL jit = off";
inline constexpr auto end_path_sql = "ROLLBACK TO SAVEPOINT path_reader; RELEASE SAVEPOINT path_reader";

/// COPY (SELECT ctid, columns ... WHERE part AND tenant [AND ctid > after]) TO STDOUT. Without `by_ctid` the
/// place is left out and `after` must be empty. `most_rows`: not more than these; 0: all. Where the tenant is found
/// along a path, the statement stands between begin_path_sql and end_path_sql.
std::string copy_out_sql(const model::copy_item& item, std::string_view after, std::int64_t most_rows = 0);

/// Where the rows of copy_pass_sql() have their tenant's key: in the column itself when it is one of the item's.
rows::key_field key_of_pass(const model::copy_item& item);

/// The same for several tenants in one pass, with the tenant's key in front unless a column has it: see key_of_pass().
/// The items differ in the value of their filter alone.
std::string copy_pass_sql(const std::vector<model::copy_item>& items, std::string_view after);

/// The keys of the items' tenants, one a row, as copy_pass_sql() writes them. `type`: of the tenant column.
std::string copy_keys_sql(const std::vector<model::copy_item>& items, std::string_view type);

/// COPY into the table, or into the staging table for a merge.
std::string copy_in_sql(const model::copy_item& item, bool staged);

/// SELECT of the item's rows in the source, of all parts, without their places.
std::string source_rows_sql(const model::copy_item& item);

/// SELECT of every row of the target's table.
std::string target_rows_sql(const model::copy_item& item);

/// A merge's staging table, dropped at commit; and its rows into the table, those that are there already left
/// out.
std::string create_stage_sql(const model::copy_item& item);
std::string merge_stage_sql(const model::copy_item& item);

} // namespace tropeiro::worker::copy
