#include "shared/model/rollout.hpp"

#include <array>
#include <utility>

namespace tropeiro::model {
namespace {

constexpr std::array<std::pair<rollout_state, std::string_view>, 5> names{{
    {rollout_state::running, "running"},
    {rollout_state::paused, "paused"},
    {rollout_state::done, "done"},
    {rollout_state::failed, "failed"},
    {rollout_state::cancelled, "cancelled"},
}};

} // namespace

std::string_view to_string(rollout_state state)
{
    for (const auto& [value, name] : names)
        if (value == state) return name;
    return "unknown";
}

rollout_state rollout_state_from(std::string_view name)
{
    for (const auto& [value, text] : names)
        if (text == name) return value;
    return rollout_state::failed;
}

rollout_state next_state(rollout_state asked, const job_counts& jobs)
{
    if (asked == rollout_state::cancelled)
        return jobs.running > 0 ? rollout_state::running : rollout_state::cancelled;
    const auto can_move = jobs.running + (jobs.wait - jobs.blocked);
    if (can_move > 0) return asked;
    if (jobs.dead > 0 || jobs.blocked > 0) return rollout_state::failed;
    return jobs.cancelled > 0 ? rollout_state::cancelled : rollout_state::done;
}

} // namespace tropeiro::model
