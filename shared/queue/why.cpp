#include "shared/queue/why.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

namespace tropeiro::queue {
namespace {

std::string users_of(const job_facts::limit& limit)
{
    if (limit.users.empty()) return {};
    std::vector<std::string> ids;
    for (const auto& user : limit.users)
        ids.push_back(std::to_string(user.value));
    const auto more = limit.used > static_cast<std::int64_t>(ids.size()) ? " ..." : "";
    return fmt::format(", by {} {}{}", ids.size() == 1 && limit.used == 1 ? "job" : "jobs",
                       fmt::join(ids, ", "), more);
}

std::string blocked_by(const job_facts::limit& limit)
{
    if (limit.cap == 0) return fmt::format("{} is stopped: its limit is 0", limit.resource);
    return fmt::format("{} has {} of {} slots in use{}", limit.resource, limit.used, limit.cap,
                       users_of(limit));
}

/// A ready job is held by the first of these, in the order in which a claim meets them.
std::string ready_reason(const job_facts& facts)
{
    if (!facts.open) return "claiming is stopped: the queue is being loaded, or Redis was replaced";
    if (facts.control == "cancel") return "its rollout is cancelled";
    if (facts.control == "pause") return "its rollout is paused";
    if (!facts.blocked.empty()) return blocked_by(facts.blocked.front());
    if (facts.workers == 0) return "no worker is alive";
    if (facts.ahead > 0)
        return fmt::format("{} of the same city go first", text::counted(facts.ahead, "job"));
    return "next in its city: waits for its turn and a free worker";
}

std::string wait_reason(const job_facts& facts)
{
    if (facts.open_dependencies > 0) return "waits for " + text::counted(facts.open_dependencies, "job");
    if (facts.gathering)
        return "waits a little for the other cities of its pass, which reads the source once for all";
    if (!facts.sealed) return "its rollout is still being loaded";
    return ready_reason(facts);
}

std::string cause_of(const job_facts& facts)
{
    return facts.signature.empty() ? std::string() : fmt::format(" ({})", facts.signature);
}

std::string delay_reason(const job_facts& facts)
{
    const auto left = text::human_duration(facts.due.value_or(milliseconds{0}));
    return fmt::format("comes back in {}, after failed try {} of {}{}", left, facts.tries, facts.max_tries,
                       cause_of(facts));
}

std::string dead_reason(const job_facts& facts)
{
    if (facts.signature == "poison")
        return fmt::format("dead: its workers died {} times (poison)", facts.recoveries);
    return fmt::format("dead after {} of {} tries{}", facts.tries, facts.max_tries, cause_of(facts));
}

} // namespace

std::string reason(const job_facts& facts)
{
    if (facts.state == "wait") return wait_reason(facts);
    if (facts.state == "ready") return ready_reason(facts);
    if (facts.state == "delay") return delay_reason(facts);
    if (facts.state == "paused") return "its rollout is paused";
    if (facts.state == "dead") return dead_reason(facts);
    if (facts.state == "active")
        return fmt::format("runs: worker {} has it as claim {}", facts.owner, facts.attempt);
    return facts.state;
}

} // namespace tropeiro::queue
