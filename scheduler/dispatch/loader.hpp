// From the control database into the queue: the unfinished jobs of a rollout, and what the operator wants of
// it. Everything may be repeated: known jobs are left alone. Free functions; the caller owns queue and
// connection.
#pragma once

#include "scheduler/store/jobs.hpp"
#include "scheduler/store/rollouts.hpp"
#include "shared/pg/connection.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <vector>

namespace tropeiro::scheduler::dispatch {

/// A job as the queue wants it; after `tries` failed ones it is dead. Pure.
queue::enqueue_item to_item(const store::open_job& job, std::int64_t tries);

/// Running ones come back under their worker's claim, the others wait for a seal(). How many the
/// queue did not know.
task<std::int64_t> load_jobs(queue::redis_queue& jobs, std::vector<store::open_job> these,
                             std::int64_t tries);

/// Pause, resume or cancel, as the operator asked.
task<> apply_order(queue::redis_queue& jobs, store::open_rollout rollout);

struct loaded {
    std::int64_t unfinished = 0; // jobs by the control database
    std::int64_t added = 0;      // of these, how many the queue did not know
};

/// The whole rollout: order, jobs in chunks, seal.
task<loaded> load_rollout(pg::connection& control, queue::redis_queue& jobs, store::open_rollout rollout,
                          std::int64_t tries);

} // namespace tropeiro::scheduler::dispatch
