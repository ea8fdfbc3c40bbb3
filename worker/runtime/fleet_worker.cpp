#include "worker/runtime/fleet_worker.hpp"

#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "worker/runtime/outcome.hpp"
#include "worker/runtime/sql_text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <unistd.h>
#include <utility>

namespace tropeiro::worker::runtime {
namespace {

constexpr milliseconds idle_wait{1000};
constexpr milliseconds closed_wait{300};
constexpr milliseconds longest_farewell{1000};
constexpr std::chrono::seconds keeper_idle{20};
constexpr int waits_when_leaving = 3; // for the end of a job: four seconds
constexpr int most_joined = 63; // a pass has 64 members at most: each one is a connection to its database

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
      runner_(servers, jobs, options_.name, [this] { return follow_epoch(); }), upkeep_(executor),
      changed_(executor)
{
}

void fleet_worker::stop()
{
    cut_ = asked_;
    asked_ = true;
    begin_leaving();
}

void fleet_worker::begin_leaving()
{
    leaving_ = true;
    runner_.hurry(cut_ ? 0 : waits_when_leaving);
    for (auto& work : running_) {
        for (auto& job : work.jobs)
            job.pulse.request_stop();
        if (cut_) work.group.cancel_all(rt::hard);
    }
    if (waiting_) waiting_->cancel_all(rt::hard);
    changed_.cancel();
}

std::string fleet_worker::info() const
{
    char host[256] = {};
    ::gethostname(host, sizeof(host) - 1);
    boost::json::array jobs;
    for (const auto& work : running_)
        for (const auto& job : work.jobs)
            jobs.emplace_back(job.claim.id.value);
    const boost::json::object said{{"host", host},
                                   {"pid", ::getpid()},
                                   {"slots", options_.slots},
                                   {"leaving", leaving_},
                                   {"jobs", jobs}};
    return boost::json::serialize(said);
}

void fleet_worker::report(bool reachable, std::string_view error)
{
    if (reachable == queue_reachable_) return;
    queue_reachable_ = reachable;
    if (reachable)
        log::info("the queue answers again", {{"worker", options_.name}});
    else
        log::warn("the queue does not answer; running jobs go on",
                  {{"worker", options_.name}, {"error", error}});
}

/// The queue's prefix is the one that the control database names, as long as it names this very Redis.
task<> fleet_worker::follow_epoch()
{
    const auto before = jobs_.epoch();
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
    const bool followed = jobs_.epoch() != before; // by somebody who asked later, it may be
    if (followed || here != loaded_into || before == epoch) co_return;
    jobs_.use_epoch(epoch);
    co_await beat_once(); // it does not know us yet
}

task<bool> fleet_worker::queue_stands()
{
    const auto meta = co_await jobs_.meta();
    co_return meta.open;
}

/// The others of the pass come along. Without them it is a pass of one.
task<> fleet_worker::gather(running_work& work)
{
    const auto first = work.jobs.front().claim;
    std::string trouble;
    try {
        auto others = co_await jobs_.join(first, options_.name, most_joined, options_.lease);
        for (auto& other : others)
            work.jobs.emplace_back(std::move(other));
    } catch (const failure& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) report(false, trouble);
    for (auto& job : work.jobs)
        if (leaving_) job.pulse.request_stop();
}

task<> fleet_worker::run_work(running_work& work)
{
    std::exception_ptr cut;
    try {
        if (work.jobs.front().claim.pass != 0) co_await gather(work);
        std::vector<job_runner::claimed_job> jobs;
        for (auto& job : work.jobs)
            jobs.push_back({job.claim, job.pulse});
        co_await runner_.run(std::move(jobs));
    } catch (...) {
        cut = std::current_exception(); // before the jobs were begun: their leases run out
    }
    if (cut && !rt::is_cancelled(cut)) report(false, outcome_of(cut).message);
    const auto at =
        std::find_if(running_.begin(), running_.end(), [&](const auto& r) { return &r == &work; });
    finished_.splice(finished_.end(), running_, at);
    changed_.cancel();
}

void fleet_worker::start(queue::claimed claim)
{
    auto& work = running_.emplace_back(executor_);
    auto& job = work.jobs.emplace_back(std::move(claim));
    if (leaving_) job.pulse.request_stop();
    work.group.spawn(run_work(work), "job");
}

task<> fleet_worker::claim_once()
{
    const auto want = static_cast<int>(options_.slots - running_.size());
    auto answer = co_await jobs_.claim(options_.name, want, options_.lease);
    report(true, {});
    if (answer.drain && !leaving_) begin_leaving();
    for (auto& claim : answer.jobs)
        start(std::move(claim));
    if (!answer.jobs.empty()) co_return;
    if (!answer.open) {
        const auto before = jobs_.epoch();
        co_await follow_epoch();
        if (jobs_.epoch() == before) co_await rt::sleep_for(closed_wait);
        co_return;
    }
    const auto wait = std::clamp(answer.next_delay.value_or(idle_wait), milliseconds(10), idle_wait);
    if (leaving_) co_return;
    waiting_.emplace(executor_);
    waiting_->spawn(wait_for_work(wait), "waiting for work");
    co_await waiting_->join();
}

/// Cut by whoever asks the worker to leave: nothing is claimed here.
task<> fleet_worker::wait_for_work(milliseconds longest) { co_await jobs_.wait_for_work(longest); }

task<> fleet_worker::claim_jobs()
{
    while (!leaving_) {
        std::erase_if(finished_, [](const running_work& work) { return work.group.empty(); });
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

bool fleet_worker::running_work::all_lost() const
{
    return std::all_of(jobs.begin(), jobs.end(), [](const auto& job) { return job.pulse.lost(); });
}

void fleet_worker::obey(running_work& work, running_job& job, queue::beat_answer answer)
{
    if (answer == queue::beat_answer::ok) return;
    job.pulse.request_stop();
    if (answer != queue::beat_answer::lost) return;
    // A member of a pass drops out; with the last one there is nothing left to do.
    job.pulse.lose();
    if (work.all_lost()) work.group.cancel_all(rt::hard);
}

void fleet_worker::obey(const queue::beat_reply& reply, const std::vector<queue::claimed>& asked)
{
    if (reply.drain && !leaving_) begin_leaving();
    std::map<std::pair<std::int64_t, std::int64_t>, queue::beat_answer> answers;
    for (std::size_t i = 0; i < asked.size() && i < reply.jobs.size(); ++i)
        answers[{asked[i].id.value, asked[i].attempt}] = reply.jobs[i];
    for (auto& work : running_)
        for (auto& job : work.jobs) {
            const auto answer = answers.find({job.claim.id.value, job.claim.attempt});
            if (answer != answers.end()) obey(work, job, answer->second);
        }
}

task<> fleet_worker::beat_once()
{
    std::vector<queue::claimed> asked;
    std::vector<queue::beat_item> items;
    for (const auto& work : running_)
        for (const auto& job : work.jobs) {
            asked.push_back(job.claim);
            items.push_back({job.claim.id, job.claim.attempt, job.pulse.progress()});
        }
    const auto epoch = jobs_.epoch();
    auto reply = co_await jobs_.beat(options_.name, info(), std::move(items), options_.lease);
    report(true, {});
    // A queue that was flushed knows no job. That is no verdict on ours: they come back leased when it is
    // filled.
    const auto is_lost = [](queue::beat_answer answer) { return answer == queue::beat_answer::lost; };
    if (std::any_of(reply.jobs.begin(), reply.jobs.end(), is_lost)) {
        const bool stands = co_await queue_stands();
        if (!stands) co_return; // the upkeep follows the epoch that it comes back under
    }
    if (jobs_.epoch() != epoch) co_return; // the answer is that of the queue before
    obey(reply, asked);
}

/// Repeats the step, a part of the lease apart, until it is cut. Trouble is told when it begins and ends.
task<> fleet_worker::repeat(std::string name, step what)
{
    bool well = true;
    while (true) {
        std::string trouble;
        try {
            co_await what();
        } catch (const std::exception& e) {
            if (rt::is_cancelled(std::current_exception())) throw;
            trouble = e.what();
        }
        if (well && !trouble.empty())
            log::warn(name + " is held up", {{"worker", options_.name}, {"error", trouble}});
        if (!well && trouble.empty()) log::info(name + " goes on", {{"worker", options_.name}});
        well = trouble.empty();
        co_await rt::sleep_for(options_.lease / 6);
    }
}

/// Apart from the heartbeat: the control database may be slow to answer, and no lease shall hang on that.
task<> fleet_worker::look_around()
{
    co_await follow_epoch();
    co_await servers_.source().sweep(keeper_idle);
}

/// Jobs reach a checkpoint, or are cut when the grace is over; either way they give their claims back
/// themselves.
task<> fleet_worker::leave()
{
    log::info("leaving", {{"worker", options_.name}, {"jobs", running_.size()}});
    const auto end = steady::now() + options_.grace;
    while (!running_.empty() && steady::now() < end && !cut_)
        co_await wait_for_change(changed_);
    for (auto& work : running_)
        work.group.cancel_all(rt::hard);
    while (!running_.empty())
        co_await wait_for_change(changed_);
    for (auto& work : finished_)
        co_await work.group.join();
}

task<> fleet_worker::run()
{
    log::info("worker started", {{"worker", options_.name}, {"slots", options_.slots}});
    upkeep_.spawn(repeat("the heartbeat", [this] { return beat_once(); }), "heartbeat");
    upkeep_.spawn(repeat("the upkeep", [this] { return look_around(); }), "upkeep");
    co_await claim_jobs();
    co_await leave();
    upkeep_.cancel_all(rt::hard);
    co_await upkeep_.join();
    co_await sign_off();
    log::info("worker left", {{"worker", options_.name}});
}

/// No beat follows any more: the list of workers need not wait to find out.
task<> fleet_worker::sign_off()
{
    if (cut_) co_return;
    try {
        auto telling = jobs_.gone(options_.name);
        co_await rt::with_deadline(std::move(telling), longest_farewell, "signing off");
    } catch (const failure& e) {
        log::debug("the queue could not be told of the leaving", {{"error", e.what()}});
    }
}

} // namespace tropeiro::worker::runtime
