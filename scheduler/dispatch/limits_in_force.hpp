// The limits that the queue enforces: the workspace's, and above them the operator's.
#pragma once

#include "scheduler/store/limits.hpp"
#include "shared/config/workspace.hpp"
#include "shared/pg/connection.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

namespace tropeiro::scheduler::dispatch {

/// One map of both, "*" among them. Pure.
store::limits limits_in_force(const config::limits_section& workspace, const store::limits& by_operator);

/// Tells the queue.
task<> apply_limits(pg::connection& control, queue::redis_queue& jobs, config::limits_section workspace);

} // namespace tropeiro::scheduler::dispatch
