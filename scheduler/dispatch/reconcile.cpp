#include "scheduler/dispatch/reconcile.hpp"

#include "scheduler/dispatch/loader.hpp"

#include <algorithm>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr std::int64_t jobs_each = 500;

struct claim_of {
    model::job_id id;
    std::int64_t attempt = 0;
};

} // namespace

struct reconciler::work {
    std::vector<std::int64_t> enqueue;
    std::vector<claim_of> complete;
    std::vector<claim_of> stop;
    std::vector<model::job_id> redo;
    std::vector<std::int64_t> bury;
    std::vector<std::int64_t> cancel;
    std::set<std::int64_t> watch;

    void add(remedy what, model::job_id id, std::int64_t attempt)
    {
        switch (what) {
        case remedy::none:
            break;
        case remedy::enqueue:
            enqueue.push_back(id.value);
            break;
        case remedy::complete:
            complete.push_back({id, attempt});
            break;
        case remedy::redo:
            redo.push_back(id);
            break;
        case remedy::bury:
            bury.push_back(id.value);
            break;
        case remedy::cancel:
            cancel.push_back(id.value);
            break;
        case remedy::stop:
            stop.push_back({id, attempt});
            break;
        case remedy::watch:
            watch.insert(id.value);
            break;
        }
    }
};

namespace {

/// The jobs as they are now: what was read before may have moved on.
task<std::int64_t> enqueue_missing(pg::connection& control, queue::redis_queue& jobs,
                                   model::rollout_id rollout, const std::vector<std::int64_t>& missing,
                                   std::int64_t tries)
{
    std::int64_t added = 0;
    std::int64_t after = missing.empty() ? 0 : missing.front() - 1;
    const std::set<std::int64_t> wanted(missing.begin(), missing.end());
    while (!wanted.empty() && after < missing.back()) {
        auto page = co_await store::open_jobs(control, rollout, after, jobs_each);
        if (page.empty()) break;
        after = page.back().id.value;
        std::erase_if(page, [&](const store::open_job& job) { return !wanted.contains(job.id.value); });
        added += co_await load_jobs(jobs, std::move(page), tries);
    }
    if (added > 0) co_await jobs.seal(rollout);
    co_return added;
}

} // namespace

task<> reconciler::compare(queue::redis_queue& jobs, const store::open_rollout& rollout,
                           const std::vector<store::job_standing>& ours, work& todo)
{
    std::vector<model::job_id> ids;
    for (const auto& job : ours)
        ids.push_back(job.id);
    const auto theirs = co_await jobs.views(std::move(ids));
    for (std::size_t i = 0; i < ours.size(); ++i) {
        std::optional<queue_standing> standing;
        if (theirs[i]) standing = queue_standing{theirs[i]->state, theirs[i]->attempt};
        todo.add(decide(ours[i], standing, rollout.asked), ours[i].id, standing ? standing->attempt : 0);
    }
}

task<reconciled> reconciler::pass(pg::connection& control, queue::redis_queue& jobs,
                                  store::open_rollout rollout, bool count_watched)
{
    work todo;
    std::int64_t after = 0;
    while (true) {
        const auto ours = co_await store::job_standings(control, rollout.id, after, jobs_each);
        if (ours.empty()) break;
        after = ours.back().id.value;
        co_await compare(jobs, rollout, ours, todo);
    }

    reconciled healed;
    healed.enqueued = co_await enqueue_missing(control, jobs, rollout.id, todo.enqueue, tries_);
    for (const auto& one : todo.complete) {
        const auto answer = co_await jobs.complete(one.id, one.attempt);
        healed.completed += answer.stale ? 0 : 1;
    }
    for (const auto& one : todo.stop) {
        const auto answer = co_await jobs.fail(one.id, one.attempt, milliseconds(0), true, "stopped");
        healed.stopped += answer == queue::fail_answer::stale ? 0 : 1;
    }
    for (const auto id : todo.redo) {
        const bool again = co_await jobs.redo(id);
        healed.redone += again ? 1 : 0;
    }
    healed.buried = co_await store::bury_jobs(control, todo.bury, "the queue gave up on it");
    healed.cancelled = co_await store::cancel_jobs(control, todo.cancel);
    if (count_watched) {
        auto& before = suspects_[rollout.id.value];
        std::ranges::set_intersection(before, todo.watch, std::back_inserter(healed.beyond_repair));
        before = std::move(todo.watch);
    }
    co_return healed;
}

} // namespace tropeiro::scheduler::dispatch
