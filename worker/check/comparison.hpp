// Compares a table's rows in the source and in the target, each hashed by its own server: sums by segment first, keys and
// hashes of the segments that differ after that. Rows themselves do not travel.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "worker/check/compare_sql.hpp"
#include "worker/check/table_check.hpp"

#include <map>
#include <string>
#include <vector>

namespace tropeiro::worker::check {

/// By segment.
struct segment_sum {
    std::int64_t rows = 0;
    std::string sums;

    friend bool operator==(const segment_sum&, const segment_sum&) = default;
};
using segment_sums = std::map<std::int64_t, segment_sum>;

/// Segments whose rows are not the same. Pure.
std::vector<std::int64_t> differing_segments(const segment_sums& source, const segment_sums& target);

/// Rows that are alike.
struct keyed_rows {
    std::string shown;
    std::string hash;
    std::int64_t rows = 0;
};
using rows_by_key = std::map<std::string, keyed_rows>;

/// What the rows of one set of segments differ in, by key. Pure.
std::vector<row_difference> differences_between(const rows_by_key& source, const rows_by_key& target);

struct comparison {
    std::int64_t source_rows = 0;
    std::int64_t target_rows = 0;
    std::vector<row_difference> differences;
    bool complete = true; // false: so much differs that not all of it was looked at
};

/// Both connections stand in a transaction whose rows do not change under it.
task<comparison> compare(pg::connection& source, pg::connection& target, const segmentation& cut);

/// The primary key of the item's table in the target, or another unique key without NULLs; none when there is none.
task<row_key> key_of_table(pg::connection& target, const model::table_name& table);

} // namespace tropeiro::worker::check
