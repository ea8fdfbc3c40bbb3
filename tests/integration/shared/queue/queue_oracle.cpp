#include "queue_oracle.hpp"

#include "shared/base/text.hpp"
#include "shared/queue/lease.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::test {
namespace {

std::vector<std::string> resources_of(const queue::enqueue_item& item)
{
    auto list = text::split_list(item.lane, '|');
    list.push_back("c:" + item.city);
    return list;
}

} // namespace

void queue_oracle::enqueue(const queue::enqueue_item& item)
{
    entry fresh;
    fresh.item = item;
    fresh.resources = resources_of(item);
    fresh.attempt = item.attempt_floor;
    for (const auto& parent : item.depends_on)
        if (jobs.at(parent.value).state != "done") fresh.waits_for.insert(parent.value);
    if (control_[item.run.value] == "cancel") fresh.state = "cancelled";
    jobs.emplace(item.id.value, std::move(fresh));
}

void queue_oracle::seal(std::int64_t run)
{
    for (auto& [id, job] : jobs) {
        if (job.item.run.value != run || job.sealed) continue;
        job.sealed = true;
        if (job.state == "wait" && job.waits_for.empty()) make_ready(job);
    }
}

void queue_oracle::make_ready(entry& job)
{
    const auto& control = control_[job.item.run.value];
    job.state = control == "cancel" ? "cancelled" : control == "pause" ? "paused" : "ready";
}

std::optional<std::int64_t> queue_oracle::limit_of(const std::string& resource) const
{
    const auto set = [&](const std::string& name) -> std::optional<std::int64_t> {
        const auto found = limits_.find(name);
        return found == limits_.end() ? std::nullopt : std::optional(found->second);
    };
    const auto kind = resource.substr(0, 2);
    if (const auto own = set(resource)) return own;
    if (const auto of_class = set(kind + "*")) return of_class;
    if (kind == "c:") return std::nullopt;
    return set("*").value_or(8);
}

queue_oracle::slots queue_oracle::in_use() const
{
    slots used;
    for (const auto& [id, job] : jobs) {
        if (job.state != "active") continue;
        for (const auto& resource : job.resources)
            ++used[resource];
    }
    return used;
}

bool queue_oracle::can_run(const entry& job, const slots& used) const
{
    if (job.state != "ready") return false;
    return std::ranges::all_of(job.resources, [&](const auto& resource) {
        const auto limit = limit_of(resource);
        const auto found = used.find(resource);
        return !limit || (found == used.end() ? 0 : found->second) < *limit;
    });
}

std::string queue_oracle::claim(const std::vector<queue::claimed>& claimed, std::size_t wanted, bool expired)
{
    for (auto& [id, job] : jobs) {
        if (job.state == "delay" && job.due) make_ready(job);
    }
    if (claimed.size() > wanted) return "more jobs than wanted";
    auto used = in_use();
    for (const auto& got : claimed) {
        const auto found = jobs.find(got.id.value);
        if (found == jobs.end()) return fmt::format("job {} does not exist", got.id.value);
        auto& job = found->second;
        if (!can_run(job, used))
            return fmt::format("job {} is {} or blocked, yet was given out", got.id.value, job.state);
        if (got.attempt != job.attempt + 1)
            return fmt::format("job {} got number {} after {}", got.id.value, got.attempt, job.attempt);
        if (got.tries != job.tries) return fmt::format("job {} has {} tries", got.id.value, job.tries);
        job.attempt = got.attempt;
        job.state = "active";
        job.expired = expired;
        for (const auto& resource : job.resources)
            ++used[resource];
    }
    if (claimed.size() == wanted) return {};
    for (const auto& [id, job] : jobs)
        if (can_run(job, used)) return fmt::format("job {} could run and was not given out", id);
    return {};
}

bool queue_oracle::holds(std::int64_t id, std::int64_t attempt) const
{
    const auto& job = jobs.at(id);
    return job.state == "active" && job.attempt == attempt;
}

int queue_oracle::complete(std::int64_t id)
{
    jobs.at(id).state = "done";
    int released = 0;
    for (auto& [other, job] : jobs) {
        if (job.waits_for.erase(id) == 0 || !job.waits_for.empty() || job.state != "wait") continue;
        make_ready(job);
        ++released;
    }
    return released;
}

queue::fail_answer queue_oracle::fail(std::int64_t id, bool due, bool fatal)
{
    auto& job = jobs.at(id);
    if (control_[job.item.run.value] == "cancel") {
        job.state = "cancelled";
        return queue::fail_answer::cancelled;
    }
    ++job.tries;
    if (fatal || job.tries >= job.item.max_tries) {
        job.state = "dead";
        return queue::fail_answer::dead;
    }
    job.state = "delay";
    job.due = due;
    return queue::fail_answer::retry;
}

void queue_oracle::give_back(std::int64_t id) { make_ready(jobs.at(id)); }

bool queue_oracle::redo(std::int64_t id)
{
    auto& job = jobs.at(id);
    if (job.state != "dead") return false;
    job.tries = 0;
    job.recoveries = 0;
    make_ready(job);
    return true;
}

std::map<std::int64_t, queue::reaped::outcome_t> queue_oracle::reap()
{
    using outcome = queue::reaped::outcome_t;
    std::map<std::int64_t, outcome> taken;
    for (auto& [id, job] : jobs) {
        if (job.state != "active" || !job.expired) continue;
        if (control_[job.item.run.value] == "cancel") {
            job.state = "cancelled";
            taken[id] = outcome::cancelled;
        } else if (++job.recoveries > queue::max_recoveries) {
            job.state = "dead";
            taken[id] = outcome::poison;
        } else {
            make_ready(job);
            taken[id] = outcome::ready;
        }
    }
    return taken;
}

void queue_oracle::cancel(std::int64_t run)
{
    control_[run] = "cancel";
    for (auto& [id, job] : jobs) {
        const bool unfinished =
            job.state == "wait" || job.state == "ready" || job.state == "delay" || job.state == "paused";
        if (job.item.run.value == run && unfinished) job.state = "cancelled";
    }
}

void queue_oracle::pause(std::int64_t run)
{
    if (control_[run] == "cancel") return;
    control_[run] = "pause";
    for (auto& [id, job] : jobs)
        if (job.item.run.value == run && job.state == "ready") job.state = "paused";
}

void queue_oracle::resume(std::int64_t run)
{
    if (control_[run] == "cancel") return;
    control_[run].clear();
    for (auto& [id, job] : jobs)
        if (job.item.run.value == run && job.state == "paused") job.state = "ready";
}

void queue_oracle::set_limit(const std::string& resource, std::optional<std::int64_t> limit)
{
    if (limit) limits_[resource] = *limit;
    if (!limit) limits_.erase(resource);
}

queue::queue_counts queue_oracle::counts(std::int64_t run) const
{
    std::map<std::string, std::int64_t> by_state;
    for (const auto& [id, job] : jobs)
        if (job.item.run.value == run) ++by_state[job.state];
    queue::queue_counts counts;
    counts.wait = by_state["wait"];
    counts.ready = by_state["ready"];
    counts.active = by_state["active"];
    counts.delay = by_state["delay"];
    counts.paused = by_state["paused"];
    counts.done = by_state["done"];
    counts.dead = by_state["dead"];
    counts.cancelled = by_state["cancelled"];
    return counts;
}

std::vector<std::int64_t> queue_oracle::in_state(const std::string& state) const
{
    std::vector<std::int64_t> ids;
    for (const auto& [id, job] : jobs)
        if (job.state == state) ids.push_back(id);
    return ids;
}

} // namespace tropeiro::test
