#include "worker/runtime/job_runner.hpp"

#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"
#include "shared/rt/backoff.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "worker/runtime/handlers.hpp"

#include <boost/json.hpp>

#include <functional>

namespace tropeiro::worker::runtime {
namespace {

constexpr int settle_tries = 6;
constexpr milliseconds retry_base{1000};
constexpr milliseconds retry_cap{30'000};

using settlement = std::function<task<>()>;

/// The end of a job is worth some patience: a control database or a queue that restarts is back in seconds. When
/// it is not, the lease runs out and another worker finds out what the ledger says.
task<> persist(const settlement& step, const log::logger& log)
{
    rt::backoff pause(milliseconds(500), milliseconds(10'000));
    for (;;) {
        std::string trouble;
        try {
            co_await step();
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

std::string_view word_for(outcome::kind_t kind)
{
    switch (kind) {
    case outcome::kind_t::done: return "job done";
    case outcome::kind_t::release: return "job given back";
    case outcome::kind_t::lost: return "job taken over by another worker";
    case outcome::kind_t::retry: return "job failed, will be tried again";
    case outcome::kind_t::fatal: return "job failed";
    }
    return "job ended";
}

log::logger logger_for(const queue::claimed& claim)
{
    return log::logger({{"job", claim.id}, {"attempt", claim.attempt}, {"rollout", claim.run}, {"tenant", claim.city}});
}

} // namespace

job_runner::job_runner(context::site& servers, queue::redis_queue& jobs, std::string worker)
    : servers_(servers), jobs_(jobs), worker_(std::move(worker))
{
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

task<> job_runner::settle_failure(const queue::claimed& claim, const outcome& ended)
{
    // The queue counts the tries; the wait is spread so that jobs of one failed server do not come back together.
    const auto delay = rt::full_jitter(retry_base, retry_cap, 1, random_unit()) + retry_base;
    const bool fatal = ended.kind == outcome::kind_t::fatal;
    const auto verdict = co_await jobs_.fail(claim.id, claim.attempt, delay, fatal, ended.signature);
    if (verdict == queue::fail_answer::stale) co_return;
    auto state = model::job_state::wait;
    if (verdict == queue::fail_answer::dead) state = model::job_state::dead;
    if (verdict == queue::fail_answer::cancelled) state = model::job_state::cancelled;
    auto control = co_await servers_.enter_control();
    co_await record_failure(*control, claim, ended.message, state);
}

task<> job_runner::settle_release(const queue::claimed& claim)
{
    const auto verdict = co_await jobs_.release(claim.id, claim.attempt);
    if (verdict == queue::release_answer::stale) co_return;
    auto state = model::job_state::wait;
    if (verdict == queue::release_answer::cancelled) state = model::job_state::cancelled;
    auto control = co_await servers_.enter_control();
    co_await record_release(*control, claim, state);
}

task<> job_runner::settle(const queue::claimed& claim, const outcome& ended, model::progress progress)
{
    if (ended.kind == outcome::kind_t::release) co_await settle_release(claim);
    if (ended.kind == outcome::kind_t::retry) co_await settle_failure(claim, ended);
    if (ended.kind == outcome::kind_t::fatal) co_await settle_failure(claim, ended);
    if (ended.kind != outcome::kind_t::done) co_return;
    {
        auto control = co_await servers_.enter_control();
        co_await record_done(*control, claim, progress);
    }
    co_await jobs_.complete(claim.id, claim.attempt);
}

task<> job_runner::execute(const queue::claimed& claim, const ratified_job& job, context::job_pulse& pulse)
{
    auto log = logger_for(claim).with({{"kind", model::to_string(job.kind)}, {"what", job.label}});
    const auto started = steady::now();
    std::exception_ptr thrown;
    model::progress progress;
    try {
        const context::job_context context{claim.id, claim.attempt, job.rollout, job.tenant, job.city, job.database,
                                           job.kind, boost::json::parse(job.spec), log, servers_, pulse};
        progress = co_await handler_for(job.kind)(context);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await rt::shield();
    const auto ended = outcome_of(thrown);
    if (ended.kind == outcome::kind_t::fatal || ended.kind == outcome::kind_t::retry)
        log.warn(word_for(ended.kind), {{"error", ended.message}, {"signature", ended.signature}});
    else
        log.info(word_for(ended.kind),
                 {{"rows", progress.rows}, {"bytes", progress.bytes}, {"seconds", seconds_since(started)}});
    const settlement end = [&]() -> task<> { return settle(claim, ended, progress); };
    co_await persist(end, log);
}

task<> job_runner::run(queue::claimed claim, context::job_pulse& pulse)
{
    ratification answer;
    std::exception_ptr thrown;
    try {
        auto control = co_await servers_.enter_control();
        answer = co_await ratify(*control, claim, worker_);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (answer.job) {
        co_await execute(claim, *answer.job, pulse);
        co_return;
    }
    co_await rt::shield();
    const auto log = logger_for(claim);
    if (!thrown) {
        const settlement refuse = [&]() -> task<> { return settle_refused(claim, answer.refused); };
        co_await persist(refuse, log);
        co_return;
    }
    // Without ratification nothing was begun: the claim goes back as it came, after a moment, for the control
    // database is in trouble and the next claim would fare no better.
    log.warn("claim could not be ratified", {{"error", outcome_of(thrown).message}});
    co_await rt::sleep_for(seconds(2));
    const settlement give_back = [&]() -> task<> { return settle_release(claim); };
    co_await persist(give_back, log);
}

} // namespace tropeiro::worker::runtime
