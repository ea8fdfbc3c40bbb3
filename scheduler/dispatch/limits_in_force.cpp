#include "scheduler/dispatch/limits_in_force.hpp"

namespace tropeiro::scheduler::dispatch {

store::limits limits_in_force(const config::limits_section& workspace, const store::limits& by_operator)
{
    store::limits all;
    all["*"] = workspace.per_server;
    for (const auto& [resource, slots] : workspace.resources)
        all[resource] = slots;
    for (const auto& [resource, slots] : by_operator)
        all[resource] = slots;
    return all;
}

task<> apply_limits(pg::connection& control, queue::redis_queue& jobs, config::limits_section workspace)
{
    const auto by_operator = co_await store::read_limits(control);
    const auto all = limits_in_force(workspace, by_operator);
    for (const auto& [resource, slots] : all) {
        const std::optional<std::int64_t> limit(slots);
        co_await jobs.set_limit(resource, limit);
    }
}

} // namespace tropeiro::scheduler::dispatch
