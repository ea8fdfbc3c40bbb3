#include "scheduler/dispatch/limits_in_force.hpp"

namespace tropeiro::scheduler::dispatch {

store::limits limits_in_force(const config::limits_section& workspace, const store::limits& by_operator,
                              const store::limits& planned)
{
    store::limits all;
    all["*"] = workspace.per_server;
    for (const auto& [resource, slots] : workspace.resources)
        all[resource] = slots;
    for (const auto& [resource, slots] : by_operator)
        all[resource] = slots;
    const auto usual = all["*"];
    for (const auto& [resource, slots] : planned) {
        const bool class_named = all.contains(resource.substr(0, 2) + "*");
        if (slots < usual && !class_named) all.try_emplace(resource, slots);
    }
    return all;
}

task<store::limits> read_limits_in_force(pg::connection& control, const config::limits_section& workspace)
{
    const auto by_operator = co_await store::read_limits(control);
    const auto planned = co_await store::read_planned_slots(control);
    co_return limits_in_force(workspace, by_operator, planned);
}

std::map<std::string, std::optional<std::int64_t>> limits_to_change(const store::limits& set,
                                                                    const store::limits& wanted)
{
    std::map<std::string, std::optional<std::int64_t>> changes;
    for (const auto& [resource, slots] : wanted) {
        const auto known = set.find(resource);
        if (known == set.end() || known->second != slots) changes[resource] = slots;
    }
    for (const auto& [resource, slots] : set)
        if (!wanted.contains(resource)) changes[resource] = std::nullopt;
    return changes;
}

task<> apply_limit(queue::redis_queue& jobs, const store::limits& wanted, std::string resource)
{
    const auto found = wanted.find(resource);
    std::optional<std::int64_t> slots;
    if (found != wanted.end()) slots = found->second;
    co_await jobs.set_limit(std::move(resource), slots);
}

task<> apply_limits(queue::redis_queue& jobs, const store::limits& wanted)
{
    const auto views = co_await jobs.limits();
    store::limits set;
    for (const auto& view : views)
        if (view.explicit_limit) set[view.resource] = *view.explicit_limit;
    const auto changes = limits_to_change(set, wanted);
    for (const auto& [resource, slots] : changes)
        co_await jobs.set_limit(resource, slots);
}

} // namespace tropeiro::scheduler::dispatch
