#include "worker/runtime/settlement.hpp"

#include "shared/base/random.hpp"
#include "shared/queue/retry_policy.hpp"
#include "shared/rt/deadline.hpp"

namespace tropeiro::worker::runtime {
namespace {

constexpr std::chrono::seconds longest_look{10};

} // namespace

task<bool> settlement::persist(const step& what, patience& left, const log::logger& log)
{
    while (true) {
        std::string trouble;
        std::optional<milliseconds> wait;
        try {
            co_await what();
            co_return true;
        } catch (const failure& e) {
            trouble = e.what();
            wait = left.after(e.kind(), with_.most_waits);
        }
        if (!wait) {
            log.warn("the end of a claim could not be recorded", {{"error", trouble}});
            co_return false;
        }
        co_await rt::sleep_for(*wait);
    }
}

/// A queue that was lost, or is closed, is followed by another one.
task<> settlement::tell(const step& what, const log::logger& log)
{
    const step told = [&]() -> task<> {
        if (for_queue_.has_waited()) co_await follow(log);
        co_await what();
    };
    co_await persist(told, for_queue_, log);
}

task<> settlement::follow(const log::logger& log)
{
    try {
        auto looking = with_.follow_epoch();
        co_await rt::with_deadline(std::move(looking), longest_look, "following the queue");
    } catch (const failure& e) {
        log.debug("the queue's epoch could not be looked up", {{"error", e.what()}});
    }
}

task<> settlement::settle_done(const queue::claimed& claim, model::progress landed, const log::logger& log)
{
    const step note = [&]() -> task<> {
        auto control = co_await with_.servers.enter_control();
        co_await record_done(*control, claim, landed);
    };
    const bool recorded = co_await persist(note, for_control_, log);
    if (!recorded) co_return; // what waits for it must not begin
    const step finish = [&]() -> task<> { co_await with_.jobs.complete(claim.id, claim.attempt); };
    co_await tell(finish, log);
}

task<> settlement::settle_failure(const queue::claimed& claim, const outcome& ended, model::progress landed,
                                  const log::logger& log)
{
    auto state = model::job_state::wait;
    const bool fatal = ended.kind == outcome::kind_t::fatal;
    const step fail = [&]() -> task<> {
        const auto delay = queue::retry_policy().delay(claim.tries + 1, random_unit());
        const auto verdict = co_await with_.jobs.fail(claim.id, claim.attempt, delay, fatal, ended.signature);
        // Stale: told already and the answer lost, or somebody newer has it, whose record ours cannot touch.
        if (verdict == queue::fail_answer::dead) state = model::job_state::dead;
        if (verdict == queue::fail_answer::cancelled) state = model::job_state::cancelled;
    };
    co_await tell(fail, log);
    const step note = [&]() -> task<> {
        auto control = co_await with_.servers.enter_control();
        co_await record_failure(*control, claim, ended.message, state, landed);
    };
    co_await persist(note, for_control_, log);
}

task<> settlement::settle_release(const queue::claimed& claim, bool alone, model::progress landed,
                                  const log::logger& log)
{
    auto state = model::job_state::wait;
    const step give_back = [&]() -> task<> {
        const auto verdict = co_await with_.jobs.release(claim.id, claim.attempt, alone);
        if (verdict == queue::release_answer::cancelled) state = model::job_state::cancelled;
    };
    co_await tell(give_back, log);
    const step note = [&]() -> task<> {
        auto control = co_await with_.servers.enter_control();
        co_await record_release(*control, claim, state, landed);
    };
    co_await persist(note, for_control_, log);
}

task<> settlement::settle(const queue::claimed& claim, const outcome& ended, model::progress landed,
                          const log::logger& log)
{
    switch (ended.kind) {
    case outcome::kind_t::lost:
        co_return;
    case outcome::kind_t::release:
        co_await settle_release(claim, ended.alone, landed, log);
        co_return;
    case outcome::kind_t::done:
        co_await settle_done(claim, landed, log);
        co_return;
    case outcome::kind_t::retry:
    case outcome::kind_t::fatal:
        co_await settle_failure(claim, ended, landed, log);
        co_return;
    }
}

task<> settlement::settle_refused(const queue::claimed& claim, const refused_claim& refused,
                                  const log::logger& log)
{
    const step refuse = [&]() -> task<> {
        switch (refused.why) {
        case refused_claim::why_t::newer:
            co_await with_.jobs.bump(claim.id, claim.attempt, refused.claim_seq);
            co_return;
        case refused_claim::why_t::given_up:
            // Completing it would release what waits for it.
            co_await with_.jobs.fail(claim.id, claim.attempt, milliseconds(0), true, "refused");
            co_return;
        case refused_claim::why_t::done:
            co_await with_.jobs.complete(claim.id, claim.attempt);
            co_return;
        }
    };
    co_await tell(refuse, log);
}

} // namespace tropeiro::worker::runtime
