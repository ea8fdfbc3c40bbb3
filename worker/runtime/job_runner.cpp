#include "worker/runtime/job_runner.hpp"

#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"
#include "shared/queue/retry_policy.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "worker/runtime/handlers.hpp"

#include <boost/json.hpp>

namespace tropeiro::worker::runtime {
namespace {

constexpr int settle_tries = 8;

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
                       step follow_epoch)
    : servers_(servers), jobs_(jobs), worker_(std::move(worker)), follow_epoch_(std::move(follow_epoch))
{
}

/// The end of a job is worth some patience: a control database or a queue that restarts is back in seconds.
/// When it is not, the lease runs out and another worker finds out what the ledger says. The members of a pass share
/// the patience: where one has waited in vain, the others ask once.
task<> job_runner::persist(const step& what, const log::logger& log, rt::backoff& pause)
{
    for (;;) {
        std::string trouble;
        try {
            if (pause.attempts() > 0) co_await follow_epoch_();
            co_await what();
            pause.reset();
            co_return;
        } catch (const failure& e) {
            trouble = e.what();
            if (e.kind() != error_kind::unreachable || pause.attempts() == settle_tries) {
                log.warn("the end of a claim could not be recorded", {{"error", trouble}});
                co_return;
            }
        }
        co_await rt::sleep_for(pause.next() + milliseconds(100));
    }
}

task<> job_runner::settle_refused(const queue::claimed& claim, const refused_claim& refused)
{
    if (refused.why == refused_claim::why_t::newer) {
        co_await jobs_.bump(claim.id, claim.attempt, refused.claim_seq);
        co_return;
    }
    if (refused.why == refused_claim::why_t::given_up) {
        // Completing it would release what waits for it.
        co_await jobs_.fail(claim.id, claim.attempt, milliseconds(0), true, "refused");
        co_return;
    }
    co_await jobs_.complete(claim.id, claim.attempt);
}

task<> job_runner::tell_failure(const queue::claimed& claim, const outcome& ended, model::job_state& state)
{
    const bool fatal = ended.kind == outcome::kind_t::fatal;
    const auto delay = queue::retry_policy().delay(claim.tries + 1, random_unit());
    const auto verdict = co_await jobs_.fail(claim.id, claim.attempt, delay, fatal, ended.signature);
    // Stale: told already and the answer lost, or somebody newer has it, whose record ours cannot touch.
    if (verdict == queue::fail_answer::dead) state = model::job_state::dead;
    if (verdict == queue::fail_answer::cancelled) state = model::job_state::cancelled;
}

task<> job_runner::note_failure(const queue::claimed& claim, const outcome& ended, model::job_state state,
                                model::progress landed)
{
    auto control = co_await servers_.enter_control();
    co_await record_failure(*control, claim, ended.message, state, landed);
}

/// The queue counts the tries and is told first; each step is repeated by itself until it is done.
task<> job_runner::settle_failure(const queue::claimed& claim, const outcome& ended, model::progress landed,
                                  const log::logger& log, rt::backoff& pause)
{
    auto state = model::job_state::wait;
    const step tell = [&]() -> task<> { return tell_failure(claim, ended, state); };
    co_await persist(tell, log, pause);
    const step note = [&]() -> task<> { return note_failure(claim, ended, state, landed); };
    co_await persist(note, log, pause);
}

task<> job_runner::settle_release(const queue::claimed& claim, model::progress landed, bool alone)
{
    const auto verdict = co_await jobs_.release(claim.id, claim.attempt, alone);
    if (verdict == queue::release_answer::stale) co_return;
    auto state = model::job_state::wait;
    if (verdict == queue::release_answer::cancelled) state = model::job_state::cancelled;
    auto control = co_await servers_.enter_control();
    co_await record_release(*control, claim, state, landed);
}

task<> job_runner::settle_done(const queue::claimed& claim, model::progress progress)
{
    {
        auto control = co_await servers_.enter_control();
        co_await record_done(*control, claim, progress);
    }
    co_await jobs_.complete(claim.id, claim.attempt);
}

task<> job_runner::settle(const queue::claimed& claim, const outcome& ended, model::progress progress,
                          const log::logger& log, rt::backoff& pause)
{
    const step give_back = [&]() -> task<> { return settle_release(claim, progress, ended.alone); };
    const step finish = [&]() -> task<> { return settle_done(claim, progress); };
    switch (ended.kind) {
    case outcome::kind_t::lost:
        co_return;
    case outcome::kind_t::release:
        co_await persist(give_back, log, pause);
        co_return;
    case outcome::kind_t::done:
        co_await persist(finish, log, pause);
        co_return;
    case outcome::kind_t::retry:
    case outcome::kind_t::fatal:
        co_await settle_failure(claim, ended, progress, log, pause);
        co_return;
    }
}

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

task<> job_runner::conclude(const admitted& job, copy::copy_result result, rt::backoff& pause)
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
    co_await settle(job.claim, ended, progress, log, pause);
}

/// Without ratification nothing was begun. A refused claim is told why; any other goes back as it came, after a
/// moment, for the control database is in trouble and the next claim would fare no better.
task<> job_runner::turn_away(const rejected& job, rt::backoff& pause)
{
    const auto log = logger_for(job.claim);
    if (!job.trouble) {
        const step refuse = [&]() -> task<> { return settle_refused(job.claim, job.why); };
        co_await persist(refuse, log, pause);
        co_return;
    }
    log.warn("claim could not be ratified", {{"error", outcome_of(job.trouble).message}});
    co_await rt::sleep_for(seconds(2));
    const step give_back = [&]() -> task<> { return settle_release(job.claim, {}, false); };
    co_await persist(give_back, log, pause);
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
    rt::backoff pause(milliseconds(500), milliseconds(10'000));
    auto result = results.begin();
    for (const auto& job : members)
        co_await conclude(job, std::move(*result++), pause);
    for (const auto& job : back)
        co_await turn_away(job, pause);
}

} // namespace tropeiro::worker::runtime
