#include "worker/runtime/fleet_worker.hpp"

#include "shared/rt/deadline.hpp"
#include "worker/runtime/sql_text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <unistd.h>

namespace tropeiro::worker::runtime {
namespace {

constexpr milliseconds idle_wait{1000};
constexpr milliseconds closed_wait{300};
constexpr std::chrono::seconds keeper_idle{20};

/// Waits until the event timer is cancelled.
task<> wait_for_change(asio::steady_timer& changed)
{
    boost::system::error_code ignored;
    changed.expires_after(idle_wait);
    co_await changed.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

} // namespace

fleet_worker::fleet_worker(asio::any_io_executor executor, context::site& servers, queue::redis_queue& jobs,
                           fleet_worker_options options)
    : executor_(executor), servers_(servers), jobs_(jobs), options_(std::move(options)),
      runner_(servers, jobs, options_.name), upkeep_(executor), changed_(executor)
{
}

void fleet_worker::stop()
{
    cut_ = leaving_;
    leaving_ = true;
    for (auto& job : running_) {
        job.pulse.request_stop();
        if (cut_) job.group.cancel_all(rt::hard);
    }
    changed_.cancel();
}

std::string fleet_worker::info() const
{
    char host[256] = {};
    ::gethostname(host, sizeof(host) - 1);
    boost::json::array jobs;
    for (const auto& job : running_) jobs.emplace_back(job.claim.id.value);
    const boost::json::object said{
        {"host", host}, {"pid", ::getpid()}, {"slots", options_.slots}, {"leaving", leaving_}, {"jobs", jobs}};
    return boost::json::serialize(said);
}

void fleet_worker::report(bool reachable, std::string_view error)
{
    if (reachable == queue_reachable_) return;
    queue_reachable_ = reachable;
    if (reachable) log::info("the queue answers again", {{"worker", options_.name}});
    else log::warn("the queue does not answer; running jobs go on", {{"worker", options_.name}, {"error", error}});
}

/// The queue's prefix is the one that the control database names, as long as it names this very Redis.
task<> fleet_worker::follow_epoch()
{
    std::int64_t epoch = 0;
    std::string loaded_into;
    {
        auto control = co_await servers_.enter_control();
        const auto rows = co_await control->query(sql::queue_epoch);
        if (rows.empty()) co_return;
        epoch = rows[0].get<std::int64_t>("epoch");
        loaded_into = rows[0].get<std::string>("redis_run");
    }
    const auto here = co_await jobs_.server_run_id();
    if (here == loaded_into) jobs_.use_epoch(epoch);
}

task<bool> fleet_worker::queue_stands()
{
    const auto meta = co_await jobs_.meta();
    co_return meta.open;
}

task<> fleet_worker::run_one(running_job& job)
{
    co_await runner_.run(job.claim, job.pulse);
    const auto at = std::find_if(running_.begin(), running_.end(), [&](const auto& r) { return &r == &job; });
    finished_.splice(finished_.end(), running_, at);
    changed_.cancel();
}

void fleet_worker::start(queue::claimed claim)
{
    auto& job = running_.emplace_back(std::move(claim), executor_);
    if (leaving_) job.pulse.request_stop();
    job.group.spawn(run_one(job), "job");
}

task<> fleet_worker::claim_once()
{
    const auto want = static_cast<int>(options_.slots - running_.size());
    auto answer = co_await jobs_.claim(options_.name, want, options_.lease);
    report(true, {});
    if (answer.drain && !leaving_) stop();
    for (auto& claim : answer.jobs) start(std::move(claim));
    if (!answer.jobs.empty()) co_return;
    if (!answer.open) {
        co_await follow_epoch();
        co_await rt::sleep_for(closed_wait);
        co_return;
    }
    const auto wait = std::clamp(answer.next_delay.value_or(idle_wait), milliseconds(10), idle_wait);
    co_await jobs_.wait_for_work(wait);
}

task<> fleet_worker::claim_jobs()
{
    while (!leaving_) {
        std::erase_if(finished_, [](const running_job& job) { return job.group.empty(); });
        if (running_.size() >= options_.slots) {
            co_await wait_for_change(changed_);
            continue;
        }
        std::string trouble;
        try {
            co_await claim_once();
        } catch (const failure& e) {
            trouble = e.what();
        }
        if (trouble.empty()) continue;
        report(false, trouble);
        co_await rt::sleep_for(idle_wait);
    }
}

fleet_worker::running_job* fleet_worker::find(const queue::claimed& claim)
{
    for (auto& job : running_)
        if (job.claim.id == claim.id && job.claim.attempt == claim.attempt) return &job;
    return nullptr;
}

void fleet_worker::obey(const queue::beat_reply& reply, const std::vector<queue::claimed>& asked)
{
    if (reply.drain && !leaving_) stop();
    for (std::size_t i = 0; i < asked.size() && i < reply.jobs.size(); ++i) {
        auto* job = find(asked[i]);
        if (job == nullptr || reply.jobs[i] == queue::beat_answer::ok) continue;
        job->pulse.request_stop();
        if (reply.jobs[i] == queue::beat_answer::lost) job->group.cancel_all(rt::hard);
    }
}

task<> fleet_worker::beat_once()
{
    std::vector<queue::claimed> asked;
    std::vector<queue::beat_item> items;
    for (const auto& job : running_) {
        asked.push_back(job.claim);
        items.push_back({job.claim.id, job.claim.attempt, job.pulse.progress()});
    }
    auto reply = co_await jobs_.beat(options_.name, info(), std::move(items), options_.lease);
    report(true, {});
    // A queue that was flushed knows no job. That is no verdict on ours: they come back leased when it is filled.
    const auto is_lost = [](queue::beat_answer answer) { return answer == queue::beat_answer::lost; };
    if (std::any_of(reply.jobs.begin(), reply.jobs.end(), is_lost)) {
        const bool stands = co_await queue_stands();
        if (!stands) {
            co_await follow_epoch();
            co_return;
        }
    }
    obey(reply, asked);
}

task<> fleet_worker::beat_until_empty()
{
    while (!over_) {
        std::string trouble;
        try {
            co_await beat_once();
            co_await follow_epoch();
            co_await servers_.source().sweep(keeper_idle);
        } catch (const failure& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) report(false, trouble);
        for (const auto end = steady::now() + options_.lease / 6; steady::now() < end && !over_;)
            co_await rt::sleep_for(milliseconds(100));
    }
}

/// Jobs reach a checkpoint, or are cut when the grace is over; either way they give their claims back themselves.
task<> fleet_worker::leave()
{
    log::info("leaving", {{"worker", options_.name}, {"jobs", running_.size()}});
    const auto end = steady::now() + options_.grace;
    while (!running_.empty() && steady::now() < end && !cut_) co_await wait_for_change(changed_);
    for (auto& job : running_) job.group.cancel_all(rt::hard);
    while (!running_.empty()) co_await wait_for_change(changed_);
    for (auto& job : finished_) co_await job.group.join();
    over_ = true;
}

task<> fleet_worker::run()
{
    log::info("worker started", {{"worker", options_.name}, {"slots", options_.slots}});
    upkeep_.spawn(beat_until_empty(), "heartbeat");
    co_await claim_jobs();
    co_await leave();
    co_await upkeep_.join();
    log::info("worker left", {{"worker", options_.name}});
}

} // namespace tropeiro::worker::runtime
