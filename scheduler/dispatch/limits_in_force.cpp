#include "scheduler/dispatch/limits_in_force.hpp"

#include "shared/log/log.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

/// "t:db:5432" belongs to "t:*".
std::string class_of(const std::string& resource) { return resource.substr(0, resource.find(':') + 1) + "*"; }

} // namespace

limits_by_resource limits_in_force(const config::limits_section& workspace, const store::limits& by_operator,
                                   const store::limits& planned)
{
    limits_by_resource all;
    all["*"] = {workspace.per_server, "workspace"};
    for (const auto& [resource, slots] : workspace.resources)
        all[resource] = {slots, "workspace"};
    for (const auto& [resource, slots] : by_operator)
        all[resource] = {slots, "operator"};
    const auto usual = all["*"].slots;
    for (const auto& [resource, slots] : planned)
        if (slots < usual && !all.contains(class_of(resource)))
            all.try_emplace(resource, limit{slots, "plan"});
    return all;
}

task<limits_by_resource> read_limits_in_force(pg::connection& control,
                                              const config::limits_section& workspace)
{
    const auto by_operator = co_await store::read_limits(control);
    const auto planned = co_await store::read_planned_slots(control);
    co_return limits_in_force(workspace, by_operator, planned);
}

std::map<std::string, std::optional<std::int64_t>> limits_to_change(const store::limits& set,
                                                                    const limits_by_resource& wanted)
{
    std::map<std::string, std::optional<std::int64_t>> changes;
    for (const auto& [resource, limit] : wanted) {
        const auto known = set.find(resource);
        if (known == set.end() || known->second != limit.slots) changes[resource] = limit.slots;
    }
    for (const auto& [resource, slots] : set)
        if (!wanted.contains(resource)) changes[resource] = std::nullopt;
    return changes;
}

task<> set_limit(pg::connection& control, queue::redis_queue* jobs, const config::limits_section& workspace,
                 std::string resource, std::optional<std::int64_t> slots)
{
    co_await store::write_limit(control, resource, slots);
    if (!jobs) co_return;
    const auto limits = co_await read_limits_in_force(control, workspace);
    const auto found = limits.find(resource);
    std::optional<std::int64_t> wanted; // taken back: the workspace's word or the plan's
    if (found != limits.end()) wanted = found->second.slots;
    try {
        co_await jobs->set_limit(std::move(resource), wanted);
    } catch (const failure& e) {
        log::warn(
            "the limit is stored, but the queue could not be told; the leading scheduler tries at each round",
            {{"error", e.what()}});
    }
}

task<> apply_limits(queue::redis_queue& jobs, const limits_by_resource& wanted)
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
