#include "scheduler/store/rollouts.hpp"

#include "scheduler/store/busy_tenants.hpp"
#include "scheduler/store/jobs.hpp"
#include "scheduler/store/read_rows.hpp"
#include "scheduler/store/sql_text.hpp"
#include "scheduler/store/wave_gate.hpp"
#include "shared/tenancy/in_transaction.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

using model::rollout_state;

bool is_final(rollout_state state)
{
    return state == rollout_state::done || state == rollout_state::failed ||
           state == rollout_state::cancelled;
}

struct locked_rollout {
    rollout_state asked{};
    rollout_state state{};
    bool finished = false;
    bool gated = false; // has a failure budget or waves
};

/// Holds the rollout against other orders until the transaction ends.
task<locked_rollout> lock_rollout(pg::connection& control, model::rollout_id id)
{
    const auto answer = co_await control.query("SELECT asked, state, finished_at IS NOT NULL AS finished, "
                                               "max_failed IS NOT NULL OR waves > 1 AS gated "
                                               "FROM tropeiro.rollout WHERE id = $1 FOR UPDATE",
                                               id);
    if (answer.empty()) throw failure(error_kind::not_found, fmt::format("there is no rollout {}", id.value));
    locked_rollout held;
    held.asked = model::rollout_state_from(answer.front().get<std::string_view>("asked"));
    held.state = model::rollout_state_from(answer.front().get<std::string_view>("state"));
    held.finished = answer.front().get<bool>("finished");
    held.gated = answer.front().get<bool>("gated");
    co_return held;
}

task<> cancel_waiting(pg::connection& control, model::rollout_id id)
{
    co_await control.query("UPDATE tropeiro.job SET state = 'cancelled', finished_at = now() "
                           "WHERE rollout_id = $1 AND state = 'wait'",
                           id);
}

task<gate_decision> look_at_gate(pg::connection& control, model::rollout_id id)
{
    const auto answer = co_await control.query(sql::rollout_gate, id);
    const auto row = answer.one();
    gate_facts facts;
    facts.rollout = id.value;
    facts.failed = row.get<std::int64_t>("failed");
    facts.max_failed = row.get<std::optional<std::int64_t>>("max_failed");
    facts.canary = row.get<bool>("canary");
    facts.pause_between_waves = row.get<bool>("pause_between_waves");
    facts.wave = row.get<std::int32_t>("wave");
    facts.waves = row.get<std::int32_t>("waves");
    facts.settled = row.get<bool>("settled");
    co_return decide(facts);
}

/// What the rollout is asked to be from here on.
task<rollout_state> pass_gate(pg::connection& control, model::rollout_id id)
{
    const auto decision = co_await look_at_gate(control, id);
    if (!decision.pause && !decision.begin_next) co_return rollout_state::running;
    const auto asked = decision.pause ? rollout_state::paused : rollout_state::running;
    std::optional<std::string> why;
    if (decision.pause) why = decision.why;
    const auto waves = decision.begin_next ? 1 : 0;
    co_await control.query(
        "UPDATE tropeiro.rollout SET asked = $2, paused_why = $3, wave = wave + $4::integer, "
        "revision = revision + 1 WHERE id = $1",
        id, model::to_string(asked), why, waves);
    co_return asked;
}

task<rollout_state> settle_locked(pg::connection& control, model::rollout_id id)
{
    const auto held = co_await lock_rollout(control, id);
    if (held.finished) co_return held.state;
    if (held.asked == rollout_state::cancelled) co_await cancel_waiting(control, id);
    const auto counted = co_await control.query(sql::rollout_counts, id);
    const auto jobs = read_counts(counted.one());
    auto state = model::next_state(held.asked, jobs);
    if (state == rollout_state::running && held.asked == state && held.gated) {
        const auto asked = co_await pass_gate(control, id);
        state = model::next_state(asked, jobs);
    }
    if (state == held.state && !is_final(state)) co_return state;
    const bool over = is_final(state);
    co_await control.query(
        "UPDATE tropeiro.rollout SET state = $2, finished_at = CASE WHEN $3 THEN now() END "
        "WHERE id = $1",
        id, model::to_string(state), over);
    if (over && state != rollout_state::done) co_await control.query(sql::log_failures, id);
    co_return state;
}

task<> set_budget(pg::connection& control, model::rollout_id id, plan::failure_budget budget)
{
    const auto counted =
        co_await control.query("SELECT count(DISTINCT city) FROM tropeiro.job WHERE rollout_id = $1", id);
    const auto allowed = budget.allowed(counted.one().get<std::int64_t>(0));
    co_await control.query("UPDATE tropeiro.rollout SET max_failed = $2 WHERE id = $1", id, allowed);
}

task<> refuse_over_budget(pg::connection& control, model::rollout_id id)
{
    const auto decision = co_await look_at_gate(control, id);
    if (!decision.over_budget) co_return;
    throw failure(
        error_kind::conflict, fmt::format("rollout {} cannot go on: {}", id.value, decision.why),
        fmt::format("tropeiro rollout resume {0} --max-failures N with a larger N, tropeiro rollout retry "
                    "{0}, or tropeiro rollout cancel {0}",
                    id.value));
}

task<> ask_locked(pg::connection& control, model::rollout_id id, rollout_state asked,
                  std::optional<plan::failure_budget> budget)
{
    const auto held = co_await lock_rollout(control, id);
    if (budget && !held.finished) co_await set_budget(control, id, *budget);
    if (held.asked == asked) co_return;
    if (held.finished)
        throw failure(error_kind::conflict,
                      fmt::format("rollout {} is finished ({})", id.value, model::to_string(held.state)),
                      held.state == rollout_state::failed ? fmt::format("tropeiro rollout retry {}", id.value)
                                                          : std::string());
    if (held.asked == rollout_state::cancelled)
        throw failure(error_kind::conflict, fmt::format("rollout {} is being cancelled", id.value));
    if (asked == rollout_state::running) co_await refuse_over_budget(control, id);
    co_await control.query(
        "UPDATE tropeiro.rollout SET asked = $2, paused_why = NULL, revision = revision + 1 WHERE id = $1",
        id, model::to_string(asked));
    if (asked == rollout_state::cancelled) co_await cancel_waiting(control, id);
    co_await settle_locked(control, id);
}

task<std::int64_t> retry_locked(pg::connection& control, model::rollout_id id,
                                std::optional<std::int64_t> job)
{
    const auto held = co_await lock_rollout(control, id);
    if (held.asked == rollout_state::cancelled)
        throw failure(error_kind::conflict, fmt::format("rollout {} was cancelled", id.value),
                      "start a new one: what has arrived is not copied again");
    co_await refuse_overtaken_tenants(control, id);
    const auto changed = co_await control.query(sql::job_retry, id, job);
    if (changed.affected() == 0) co_return 0;
    co_await control.query(
        "UPDATE tropeiro.rollout SET asked = CASE WHEN paused_why IS NULL THEN asked ELSE 'running' END, "
        "state = CASE WHEN paused_why IS NULL THEN asked ELSE 'running' END, paused_why = NULL, "
        "finished_at = NULL, revision = revision + 1 WHERE id = $1",
        id);
    co_return changed.affected();
}

} // namespace

task<std::vector<rollout_record>> list_rollouts(pg::connection& control, std::int64_t limit)
{
    const auto answer = co_await control.query(sql::rollout_select, std::nullopt, limit);
    std::vector<rollout_record> found;
    for (const auto row : answer)
        found.push_back(read_rollout(row));
    co_return found;
}

task<rollout_record> get_rollout(pg::connection& control, model::rollout_id id)
{
    const auto answer = co_await control.query(sql::rollout_select, id, 1);
    if (answer.empty())
        throw failure(error_kind::not_found, fmt::format("there is no rollout {}", id.value),
                      "tropeiro rollout list");
    co_return read_rollout(answer.one());
}

task<std::vector<open_rollout>> open_rollouts(pg::connection& control)
{
    const auto answer = co_await control.query(sql::rollout_open);
    std::vector<open_rollout> found;
    for (const auto row : answer) {
        open_rollout r;
        r.id = row.get<model::rollout_id>("id");
        r.asked = model::rollout_state_from(row.get<std::string_view>("asked"));
        r.state = model::rollout_state_from(row.get<std::string_view>("state"));
        r.needs_snapshot = row.get<bool>("needs_snapshot");
        r.has_snapshot = row.get<bool>("has_snapshot");
        r.has_copies = row.get<bool>("has_copies");
        r.revision = row.get<std::int64_t>("revision");
        found.push_back(r);
    }
    co_return found;
}

task<std::vector<model::rollout_id>> unfinished_rollouts(pg::connection& control)
{
    const auto answer =
        co_await control.query("SELECT id FROM tropeiro.rollout WHERE finished_at IS NULL ORDER BY id");
    std::vector<model::rollout_id> found;
    for (const auto row : answer)
        found.push_back(row.get<model::rollout_id>(0));
    co_return found;
}

task<rollout_record> ask_rollout(pg::connection& control, model::rollout_id id, rollout_state asked,
                                 std::optional<plan::failure_budget> budget)
{
    auto work = ask_locked(control, id, asked, budget);
    co_await tenancy::in_transaction(control, std::move(work));
    auto now = co_await get_rollout(control, id);
    co_return now;
}

task<std::int64_t> retry_rollout(pg::connection& control, model::rollout_id id)
{
    auto work = retry_locked(control, id, std::nullopt);
    const auto retried = co_await tenancy::in_transaction(control, std::move(work));
    if (retried == 0)
        throw failure(error_kind::conflict, fmt::format("rollout {} has no dead job to try again", id.value));
    co_return retried;
}

task<job_record> retry_job(pg::connection& control, model::job_id id)
{
    const auto before = co_await get_job(control, id);
    auto work = retry_locked(control, before.rollout, id.value);
    const auto retried = co_await tenancy::in_transaction(control, std::move(work));
    auto now = co_await get_job(control, id);
    if (retried == 0)
        throw failure(error_kind::conflict, fmt::format("job {} is not dead: its state is {}", id.value,
                                                        model::to_string(now.state)));
    co_return now;
}

task<rollout_state> settle_rollout(pg::connection& control, model::rollout_id id)
{
    auto work = settle_locked(control, id);
    const auto state = co_await tenancy::in_transaction(control, std::move(work));
    co_return state;
}

} // namespace tropeiro::scheduler::store
