#include "scheduler/store/wave_gate.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

std::string failed_phrase(std::int64_t failed) { return text::counted(failed, "city", "cities") + " failed"; }

gate_decision stop_over(const gate_facts& facts, const std::string& what)
{
    gate_decision stop;
    stop.pause = true;
    stop.over_budget = true;
    stop.why = fmt::format("{}; look: tropeiro job list --rollout {} --state dead", what, facts.rollout);
    return stop;
}

} // namespace

gate_decision decide(const gate_facts& facts)
{
    if (facts.max_failed && facts.failed > *facts.max_failed)
        return stop_over(
            facts, fmt::format("{}, --max-failures {}", failed_phrase(facts.failed), *facts.max_failed));
    if (facts.wave >= facts.waves || !facts.settled) return {};
    if (facts.canary && facts.wave == 1 && !facts.max_failed && facts.failed > 0)
        return stop_over(facts, failed_phrase(facts.failed) + " of the canary wave");
    gate_decision next;
    next.begin_next = true;
    next.pause = facts.pause_between_waves;
    if (next.pause)
        next.why = fmt::format("wave {} of {} is over, {}; resume begins wave {}", facts.wave, facts.waves,
                               failed_phrase(facts.failed), facts.wave + 1);
    return next;
}

} // namespace tropeiro::scheduler::store
