#include "worker/runtime/job_runner.hpp"

#include "shared/base/clock.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "worker/runtime/handlers.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace tropeiro::worker::runtime {
namespace {

std::string_view word_for(outcome::kind_t kind)
{
    switch (kind) {
    case outcome::kind_t::done:
        return "job done";
    case outcome::kind_t::release:
        return "job given back";
    case outcome::kind_t::lost:
        return "job taken over by another worker";
    case outcome::kind_t::retry:
        return "job failed, will be tried again";
    case outcome::kind_t::fatal:
        return "job failed";
    }
    return "job ended";
}

log::logger logger_for(const queue::claimed& claim)
{
    return log::logger(
        {{"job", claim.id}, {"attempt", claim.attempt}, {"rollout", claim.run}, {"tenant", claim.city}});
}

} // namespace

struct job_runner::admitted {
    queue::claimed claim;
    context::job_context context;
    steady::time_point started = steady::now();
};

struct job_runner::rejected {
    queue::claimed claim;
    std::exception_ptr trouble; // null: the control database said no
    refused_claim why;
};

job_runner::job_runner(context::site& servers, queue::redis_queue& jobs, std::string worker,
                       std::function<task<>()> follow_epoch)
    : servers_(servers), worker_(std::move(worker)), ends_{servers, jobs, std::move(follow_epoch)}
{
}

void job_runner::hurry(int most_waits) { ends_.most_waits = std::min(ends_.most_waits, most_waits); }

task<std::vector<copy::copy_result>> job_runner::execute(const std::list<admitted>& jobs)
{
    std::vector<copy::copy_result> results;
    if (jobs.front().context.kind == model::job_kind::copy) {
        std::vector<std::reference_wrapper<const context::job_context>> contexts;
        for (const auto& job : jobs)
            contexts.emplace_back(job.context);
        results = co_await copy::run_copy(std::move(contexts));
        co_return results;
    }
    for (const auto& job : jobs) {
        auto& result = results.emplace_back();
        try {
            result.progress = co_await handler_for(job.context.kind)(job.context);
        } catch (...) {
            result.fault = std::current_exception();
        }
    }
    co_return results;
}

task<> job_runner::conclude(const admitted& job, copy::copy_result result, settlement& ends)
{
    const auto& log = job.context.log;
    const auto ended = outcome_of(result.fault);
    if (ended.kind == outcome::kind_t::fatal || ended.kind == outcome::kind_t::retry)
        log.warn(word_for(ended.kind), {{"error", ended.message}, {"signature", ended.signature}});
    else
        log.info(word_for(ended.kind), {{"rows", result.progress.rows},
                                        {"bytes", result.progress.bytes},
                                        {"seconds", seconds_since(job.started)}});
    // What a job that ended early has committed, its pulse knows.
    const auto progress =
        ended.kind == outcome::kind_t::done ? result.progress : job.context.pulse.progress();
    co_await ends.settle(job.claim, ended, progress, log);
}

/// Without ratification nothing was begun. A refused claim is told why; any other goes back as it came, after a
/// moment, for the control database is in trouble and the next claim would fare no better.
task<> job_runner::turn_away(const rejected& job, settlement& ends)
{
    const auto log = logger_for(job.claim);
    if (!job.trouble) {
        co_await ends.settle_refused(job.claim, job.why, log);
        co_return;
    }
    log.warn("claim could not be ratified", {{"error", outcome_of(job.trouble).message}});
    co_await rt::sleep_for(seconds(2));
    outcome back;
    back.kind = outcome::kind_t::release;
    const model::progress nothing;
    co_await ends.settle(job.claim, back, nothing, log);
}

task<> job_runner::admit(claimed_job job, std::list<admitted>& to, std::list<rejected>& back)
{
    ratification answer;
    std::exception_ptr thrown;
    try {
        auto control = co_await servers_.enter_control();
        answer = co_await ratify(*control, job.claim, worker_);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (!answer.job) {
        back.push_back({job.claim, thrown, answer.refused});
        co_return;
    }
    const auto& of = *answer.job;
    auto log = logger_for(job.claim).with({{"kind", model::to_string(of.kind)}, {"what", of.label}});
    to.push_back({job.claim,
                  {job.claim.id, job.claim.attempt, of.rollout, of.tenant, of.city, of.database, of.kind,
                   boost::json::parse(of.spec), std::move(log), servers_, job.pulse}});
}

task<> job_runner::run(std::vector<claimed_job> jobs)
{
    std::list<admitted> members;
    std::list<rejected> back;
    std::vector<copy::copy_result> results;
    std::exception_ptr cut;
    try {
        for (auto& job : jobs)
            co_await admit(job, members, back);
        if (!members.empty()) results = co_await execute(members);
    } catch (...) {
        cut = std::current_exception();
    }
    co_await rt::shield(); // from here on the ends are told, whatever happens
    for (auto i = members.size() + back.size(); i < jobs.size(); ++i)
        back.push_back({jobs[i].claim, cut, {}});
    while (results.size() < members.size())
        results.push_back({{}, cut});
    settlement ends(ends_);
    auto result = results.begin();
    for (const auto& job : members)
        co_await conclude(job, std::move(*result++), ends);
    for (const auto& job : back)
        co_await turn_away(job, ends);
}

} // namespace tropeiro::worker::runtime
