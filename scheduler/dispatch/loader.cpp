#include "scheduler/dispatch/loader.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr std::int64_t jobs_each = 1000;

} // namespace

queue::enqueue_item to_item(const store::open_job& job, std::int64_t tries)
{
    queue::enqueue_item item;
    item.id = job.id;
    item.run = job.rollout;
    item.kind = std::string(model::to_string(job.kind));
    item.city = job.city;
    item.lane = job.lane;
    item.pass = job.pass;
    item.score = job.score;
    for (const auto id : job.open_dependencies)
        item.depends_on.emplace_back(id);
    item.attempt_floor = job.claim_seq;
    item.tries = job.attempts;
    item.max_tries = static_cast<int>(tries);
    return item;
}

task<std::int64_t> load_jobs(queue::redis_queue& jobs, std::vector<store::open_job> these, std::int64_t tries)
{
    std::vector<queue::adopt_item> running;
    std::vector<queue::enqueue_item> waiting;
    for (const auto& job : these) {
        if (job.running)
            running.push_back({to_item(job, tries), job.owner});
        else
            waiting.push_back(to_item(job, tries));
    }
    std::int64_t added = 0;
    if (!running.empty()) added += co_await jobs.adopt(std::move(running));
    if (!waiting.empty()) added += co_await jobs.enqueue(std::move(waiting));
    co_return added;
}

task<> apply_order(queue::redis_queue& jobs, store::open_rollout rollout)
{
    switch (rollout.asked) {
    case model::rollout_state::cancelled:
        co_await jobs.cancel(rollout.id);
        break;
    case model::rollout_state::paused:
        co_await jobs.pause(rollout.id);
        break;
    default:
        co_await jobs.resume(rollout.id);
        break;
    }
}

task<loaded> load_rollout(pg::connection& control, queue::redis_queue& jobs, store::open_rollout rollout,
                          std::int64_t tries)
{
    co_await apply_order(jobs, rollout);
    loaded sum;
    std::int64_t after = 0;
    while (true) {
        auto page = co_await store::open_jobs(control, rollout.id, after, jobs_each);
        if (page.empty()) break;
        after = page.back().id.value;
        sum.unfinished += static_cast<std::int64_t>(page.size());
        sum.added += co_await load_jobs(jobs, std::move(page), tries);
    }
    co_await jobs.seal(rollout.id);
    co_return sum;
}

} // namespace tropeiro::scheduler::dispatch
