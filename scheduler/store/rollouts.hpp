// Rollouts in the control database: looking at them, and the operator's orders. Free functions on the
// caller's connection; each is one statement or one transaction.
#pragma once

#include "scheduler/plan/pace.hpp"
#include "scheduler/store/records.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <vector>

namespace tropeiro::scheduler::store {

/// Newest first.
task<std::vector<rollout_record>> list_rollouts(pg::connection& control, std::int64_t limit = 100);

/// Throws failure(not_found) "there is no rollout 17".
task<rollout_record> get_rollout(pg::connection& control, model::rollout_id id);

/// Those that are not finished, with what the dispatcher needs to know of them.
struct open_rollout {
    model::rollout_id id;
    model::rollout_state asked{};
    model::rollout_state state{};
    bool needs_snapshot = false;
    bool has_snapshot = false; // an epoch that has not ended
    bool has_copies = false;   // copy jobs that wait or run
    std::int64_t revision = 0; // another number: an order came since

    /// Its jobs must not start before somebody holds the moment that they are to show.
    bool lacks_snapshot() const { return needs_snapshot && has_copies && !has_snapshot; }
};
task<std::vector<open_rollout>> open_rollouts(pg::connection& control);

/// Of the same, oldest first.
task<std::vector<model::rollout_id>> unfinished_rollouts(pg::connection& control);

/// Records that the operator wants it running, paused or cancelled; waiting jobs of a cancelled one are
/// cancelled at once. Asking twice is harmless. Throws failure(conflict) when the rollout is finished, or when it is to go
/// on with more failed cities than its budget allows; `budget` replaces that one.
task<rollout_record> ask_rollout(pg::connection& control, model::rollout_id id, model::rollout_state asked,
                                 std::optional<plan::failure_budget> budget = std::nullopt);

/// Dead jobs wait again with no attempts counted, and the rollout is open again; one that the scheduler had paused goes
/// on. How many jobs;
/// failure(conflict) when it was cancelled or has no dead job.
task<std::int64_t> retry_rollout(pg::connection& control, model::rollout_id id);

/// The same for one job. Throws failure(conflict) unless it is dead.
task<job_record> retry_job(pg::connection& control, model::job_id id);

/// Brings state and finished_at in line with the jobs, and writes tenant_module_log's failure lines when that
/// ended it. Begins its next wave, or pauses it, as wave_gate.hpp decides. The state now.
task<model::rollout_state> settle_rollout(pg::connection& control, model::rollout_id id);

} // namespace tropeiro::scheduler::store
