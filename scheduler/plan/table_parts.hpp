// How many parts a table is copied in, and where they begin and end. Pure.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/catalog_types.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Small tables that share a copy job, at most.
inline constexpr std::size_t most_small_together = 50;

struct part_question {
    std::int64_t heap_bytes = 0;  // what is divided: blocks of the main fork
    std::int64_t total_bytes = 0; // with TOAST
    double share = 1;             // of the rows that the filter lets through
    bool indexed = false;         // an index leads with the filter's column: other rows are not read
    std::int64_t part_bytes = 0;
    std::int64_t block_size = 8192;
    std::int64_t most = 4096; // parts: each is a ledger row and a job
};

/// Bytes of work: what is sent, and what is read in vain, which costs a quarter of that.
std::int64_t work_bytes(const part_question& q);

/// At least one; the last has no end, for a table grows while it is copied.
std::vector<model::block_range> split(const part_question& q);

/// Only a heap has blocks to divide, and only servers from version 14 on read a range of them without the
/// rest.
bool can_split(const pg::catalog_table& table, int server_version);

} // namespace tropeiro::scheduler::plan
