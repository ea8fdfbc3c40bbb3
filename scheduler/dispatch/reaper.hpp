// Takes back jobs whose worker is silent. What the queue then gives up on, or drops with its rollout, is
// recorded.
#pragma once

#include "shared/pg/pool.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

#include <cstddef>

namespace tropeiro::scheduler::dispatch {

/// One round; how many jobs were taken back. Throws what Redis or the control database threw; what was not
/// recorded then, reconciling records.
task<std::size_t> reap_once(pg::pool& control, queue::redis_queue& jobs);

} // namespace tropeiro::scheduler::dispatch
