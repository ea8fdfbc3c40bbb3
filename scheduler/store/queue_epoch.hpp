// Which Redis holds the queue and under which key prefix: one row of the control database.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <string>

namespace tropeiro::scheduler::store {

struct queue_epoch {
    std::int64_t epoch = 0; // 0: no queue was ever loaded
    std::string redis_run;  // run_id of the server that was loaded

    friend bool operator==(const queue_epoch&, const queue_epoch&) = default;
};

task<queue_epoch> read_queue_epoch(pg::connection& control);

/// A number for a new epoch that no attempt to load one has used before, so that what a broken-off attempt
/// left in Redis is never met again.
task<std::int64_t> reserve_queue_epoch(pg::connection& control);

/// Replaces the row when it still says `from`; false when somebody else was faster.
task<bool> write_queue_epoch(pg::connection& control, queue_epoch from, queue_epoch to);

} // namespace tropeiro::scheduler::store
