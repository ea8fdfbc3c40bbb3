// The SQL by which two servers tell what their rows are, each by itself, without sending them: sums of hashes by segment,
// then the keys of a segment. Pure.
//
// A segment is a share of the rows by a hash of their key, the same on both sides. A row's hash is 128 bits:
// hashtextextended() of its text form under two seeds (PostgreSQL 15 documentation, "hash functions" of src/common; the
// same on every server since 11). Its sums are order-independent.
#pragma once

#include "shared/model/job.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tropeiro::worker::check {

/// What tells a table's rows apart.
struct row_key {
    std::vector<std::string> columns; // of its key; empty: there is none, the whole row does

    bool none() const { return columns.empty(); }
};

/// How a table is cut for comparing.
struct segmentation {
    model::copy_item item;
    row_key key;
    std::int64_t segments = 1; // a power of two
};

/// So many that one holds about a thousand rows; a power of two, 65,536 at most.
std::int64_t segments_for(std::int64_t rows);

/// `rows`: a SELECT of the item's columns. Gives segment, rows, sums (text): one row a segment that is not empty.
std::string segment_sums_sql(const segmentation& cut, const std::string& rows);

/// Of these segments: key, shown, hash (text), rows (how many are alike).
std::string segment_rows_sql(const segmentation& cut, const std::string& rows,
                             const std::vector<std::int64_t>& segments);

/// COPY of the rows with these keys to STDOUT.
std::string copy_keyed_sql(const segmentation& cut, const std::string& rows,
                           const std::vector<std::string>& keys);

/// Takes what is in the staging table into the table: rows whose key is not there, or as many of a kind as are too few.
std::string insert_missing_sql(const segmentation& cut);

/// Gives rows that are there the content that they have in the staging table; empty when the key is all they have.
std::string update_differing_sql(const segmentation& cut);

/// Takes rows away that stand there more often than in the staging table.
std::string delete_doubled_sql(const segmentation& cut);

} // namespace tropeiro::worker::check
