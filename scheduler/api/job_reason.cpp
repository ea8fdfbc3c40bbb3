#include "scheduler/api/job_reason.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::api {
namespace {

using model::job_state;
using model::rollout_state;

std::string named(const store::job_record& job)
{
    return fmt::format("job {} ({})", job.id.value, job.label);
}

const store::job_record* first_dead(const std::vector<store::job_record>& jobs)
{
    const auto found = std::find_if(jobs.begin(), jobs.end(), [](const auto& job) {
        return job.state == job_state::dead || job.state == job_state::cancelled;
    });
    return found == jobs.end() ? nullptr : &*found;
}

std::string waits_for(const std::vector<store::job_record>& dependencies)
{
    if (const auto* dead = first_dead(dependencies))
        return fmt::format("it needs {}, which is {}; `tropeiro job retry {}` once the cause is settled",
                           named(*dead), model::to_string(dead->state), dead->id.value);
    std::vector<std::string> names;
    for (const auto& job : dependencies) {
        if (names.size() == 3) break;
        names.push_back(named(job));
    }
    const auto more = dependencies.size() - names.size();
    return fmt::format("it waits for {}{}", text::join(names, ", "),
                       more ? fmt::format(" and {} more", more) : "");
}

} // namespace

std::string reason_from_records(const store::job_record& job, const store::rollout_record& rollout,
                                const std::vector<store::job_record>& dependencies)
{
    switch (job.state) {
    case job_state::done:
        return "it is done";
    case job_state::cancelled:
        return "its rollout was cancelled";
    case job_state::dead:
        return fmt::format("it is dead after {}: {}", text::counted(job.attempts, "failure"),
                           job.error.value_or("no error was recorded"));
    case job_state::running:
        return fmt::format("it runs, on worker {}", job.owner.value_or("unknown"));
    case job_state::wait:
        break;
    }
    if (rollout.asked == rollout_state::cancelled) return "its rollout is being cancelled";
    if (!dependencies.empty()) return waits_for(dependencies);
    if (rollout.asked == rollout_state::paused)
        return fmt::format("its rollout is paused; `tropeiro rollout resume {}`", rollout.id.value);
    if (job.attempts > 0 && job.error)
        return fmt::format("it failed {} and is to be tried again: {}", text::counted(job.attempts, "time"),
                           *job.error);
    return "nothing holds it: it waits for its turn, or for a worker";
}

bool settled_by_records(const store::job_record& job, const store::rollout_record& rollout,
                        const std::vector<store::job_record>& dependencies)
{
    if (job.state == job_state::running) return false;
    return job.state != job_state::wait || !dependencies.empty() || rollout.asked != rollout_state::running;
}

} // namespace tropeiro::scheduler::api
