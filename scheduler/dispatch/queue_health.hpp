// Is the queue in Redis the one that the control database believes in? Pure.
#pragma once

#include "scheduler/store/queue_epoch.hpp"
#include "shared/queue/queue.hpp"

#include <optional>
#include <string>

namespace tropeiro::scheduler::dispatch {

/// The reason why the queue must be loaded anew under another epoch; nothing when it is as it should be.
/// `row` is the control database's word, `meta` what stands in Redis under its epoch, `server_run` the run_id
/// of the Redis that answers now.
std::optional<std::string> reason_to_rebuild(const store::queue_epoch& row, const queue::queue_meta& meta,
                                             const std::string& server_run);

} // namespace tropeiro::scheduler::dispatch
