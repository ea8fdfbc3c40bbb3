// What the operator does to the queue, and what can be seen of it.
#include "shared/queue/keys.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/queue/transitions.hpp"
#include "shared/queue/words.hpp"

#include <algorithm>

namespace tropeiro::queue {
namespace {

constexpr std::size_t views_in_a_chunk = 500;

std::vector<job_view> known(std::vector<std::optional<job_view>> views)
{
    std::vector<job_view> jobs;
    for (auto& view : views)
        if (view) jobs.push_back(std::move(*view));
    return jobs;
}

} // namespace

task<std::int64_t> redis_queue::sweep(model::rollout_id rollout, std::string control)
{
    const auto id = std::to_string(rollout.value);
    word_list wish{id, std::move(control)};
    const auto first = co_await run(all_transitions().control, std::move(wish));
    const auto sweeps = first.integer();
    for (auto left = sweeps; left > 0;) {
        word_list of{id};
        const auto answer = co_await run(all_transitions().sweep, std::move(of));
        left = answer.integer();
    }
    co_return sweeps;
}

task<std::int64_t> redis_queue::cancel(model::rollout_id rollout)
{
    co_await sweep(rollout, std::string("cancel"));
    const auto jobs = co_await counts(rollout);
    co_return jobs.cancelled;
}

task<> redis_queue::pause(model::rollout_id rollout) { co_await sweep(rollout, std::string("pause")); }
task<> redis_queue::resume(model::rollout_id rollout) { co_await sweep(rollout, std::string("run")); }

task<bool> redis_queue::forget(model::rollout_id rollout)
{
    co_await sweep(rollout, std::string("forget"));
    const auto jobs = co_await counts(rollout);
    co_return jobs.total() == 0;
}

task<bool> redis_queue::redo(model::job_id id)
{
    word_list args{std::to_string(id.value)};
    const auto answer = co_await run(all_transitions().redo, std::move(args));
    co_return answer[0].string() == "OK";
}

task<> redis_queue::set_limit(std::string resource, std::optional<std::int64_t> limit)
{
    word_list args{std::move(resource), limit ? std::to_string(*limit) : std::string()};
    co_await run(all_transitions().setcap, std::move(args));
}

task<std::vector<limit_view>> redis_queue::limits()
{
    const auto answer = co_await run(all_transitions().limits, word_list());
    std::vector<limit_view> list;
    for (const auto& one : answer.elements())
        list.push_back(words::limit_from(one));
    co_return list;
}

task<> redis_queue::drain(std::string worker, bool on)
{
    word_list args{std::move(worker), on ? "1" : "0"};
    co_await run(all_transitions().drain, std::move(args));
}

task<std::int64_t> redis_queue::gone(std::string worker)
{
    word_list args{std::move(worker)};
    const auto answer = co_await run(all_transitions().gone, std::move(args));
    co_return answer.integer();
}

task<std::optional<job_facts>> redis_queue::why(model::job_id id)
{
    word_list args{std::to_string(id.value)};
    const auto answer = co_await run(all_transitions().why, std::move(args));
    co_return words::facts_from(answer);
}

task<std::vector<std::optional<job_view>>> redis_queue::look(word_list args)
{
    const auto answer = co_await run(all_transitions().look, std::move(args));
    std::vector<std::optional<job_view>> jobs;
    for (const auto& job : answer.elements())
        jobs.push_back(words::view_from(job));
    co_return jobs;
}

task<std::optional<job_view>> redis_queue::view(model::job_id id)
{
    word_list args{"ids", std::to_string(id.value)};
    auto jobs = co_await look(std::move(args));
    co_return std::move(jobs.at(0));
}

task<std::vector<std::optional<job_view>>> redis_queue::views(std::vector<model::job_id> ids)
{
    std::vector<std::optional<job_view>> jobs;
    jobs.reserve(ids.size());
    for (std::size_t at = 0; at < ids.size(); at += views_in_a_chunk) {
        word_list args{"ids"};
        const auto end = std::min(ids.size(), at + views_in_a_chunk);
        for (auto i = at; i < end; ++i)
            args.push_back(std::to_string(ids[i].value));
        auto chunk = co_await look(std::move(args));
        std::ranges::move(chunk, std::back_inserter(jobs));
    }
    co_return jobs;
}

task<std::vector<job_view>> redis_queue::active(int limit)
{
    word_list args{"active", std::to_string(limit)};
    auto jobs = co_await look(std::move(args));
    co_return known(std::move(jobs));
}

task<std::vector<job_view>> redis_queue::dead(int limit)
{
    word_list args{"dead", std::to_string(limit)};
    auto jobs = co_await look(std::move(args));
    co_return known(std::move(jobs));
}

task<queue_counts> redis_queue::counts(model::rollout_id rollout)
{
    word_list args{std::to_string(rollout.value)};
    const auto answer = co_await run(all_transitions().counts, std::move(args));
    co_return words::counts_from(answer);
}

task<std::vector<lane_age>> redis_queue::lane_ages()
{
    const auto answer = co_await run(all_transitions().ages, word_list());
    std::vector<lane_age> ages;
    for (const auto& one : answer.elements()) {
        lane_age age;
        age.lane = one[0].string();
        age.ready = one[1].integer();
        age.oldest = milliseconds(one[2].integer());
        ages.push_back(std::move(age));
    }
    co_return ages;
}

task<std::vector<worker_view>> redis_queue::workers()
{
    const auto answer = co_await run(all_transitions().workers, word_list());
    std::vector<worker_view> list;
    for (const auto& one : answer.elements()) {
        worker_view worker;
        worker.name = one[0].string();
        worker.info = one[1].string();
        worker.last_beat = milliseconds(one[2].integer());
        worker.drain = one[3].integer() == 1;
        list.push_back(std::move(worker));
    }
    co_return list;
}

task<std::vector<event>> redis_queue::events_after(std::string cursor, int limit)
{
    const auto from = cursor.empty() ? std::string("-") : "(" + cursor;
    redis::command range("XRANGE", keys::events(epoch_), from, "+", "COUNT", limit);
    const auto answer = co_await commands_.call(std::move(range));
    std::vector<event> events;
    for (const auto& entry : answer.elements()) {
        event one;
        one.cursor = entry[0].string();
        one.what = entry[1][1].string();
        one.id = model::job_id(entry[1][3].integer());
        events.push_back(std::move(one));
    }
    co_return events;
}

} // namespace tropeiro::queue
