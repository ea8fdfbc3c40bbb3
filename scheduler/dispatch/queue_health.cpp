#include "scheduler/dispatch/queue_health.hpp"

namespace tropeiro::scheduler::dispatch {

std::optional<std::string> reason_to_rebuild(const store::queue_epoch& row, const queue::queue_meta& meta,
                                             const std::string& server_run)
{
    if (row.epoch == 0) return "no queue was loaded yet";
    if (row.redis_run != server_run) return "Redis was restarted or replaced";
    if (meta.run_id.empty()) return "Redis lost its data";
    if (meta.run_id != server_run) return "Redis holds the queue of another server";
    if (!meta.open) return "loading the queue was broken off";
    return std::nullopt;
}

} // namespace tropeiro::scheduler::dispatch
