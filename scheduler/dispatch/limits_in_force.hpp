// The limits that the queue enforces: the workspace's, and above them the operator's; where neither names a server, what
// its connections allow.
#pragma once

#include "scheduler/store/limits.hpp"
#include "shared/config/workspace.hpp"
#include "shared/pg/connection.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace tropeiro::scheduler::dispatch {

struct limit {
    std::int64_t slots = 0;
    std::string set_by; // workspace, operator, plan

    friend bool operator==(const limit&, const limit&) = default;
};

/// By resource, "*" among them.
using limits_by_resource = std::map<std::string, limit>;

/// `planned`: read_planned_slots(). Pure.
limits_by_resource limits_in_force(const config::limits_section& workspace, const store::limits& by_operator,
                                   const store::limits& planned);

/// The same with what the control database has now.
task<limits_by_resource> read_limits_in_force(pg::connection& control,
                                              const config::limits_section& workspace);

/// What must be set, and with nothing for its slots cleared, for `set` to become `wanted`. Pure.
std::map<std::string, std::optional<std::int64_t>> limits_to_change(const store::limits& set,
                                                                    const limits_by_resource& wanted);

/// The operator's word: into the control database, nothing for `slots` taking it back, and to the queue where it is known
/// here (null: it is not). The other resources are the leader's to keep. When the queue does not answer, the leader tells it
/// at its next round: that is logged, not thrown.
task<> set_limit(pg::connection& control, queue::redis_queue* jobs, const config::limits_section& workspace,
                 std::string resource, std::optional<std::int64_t> slots);

/// Tells the queue of all: sets those that differ there, clears those that are gone.
task<> apply_limits(queue::redis_queue& jobs, const limits_by_resource& wanted);

} // namespace tropeiro::scheduler::dispatch
