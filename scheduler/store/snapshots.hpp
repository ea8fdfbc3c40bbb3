// Snapshot epochs and names of rollouts (tropeiro.snapshot_epoch, tropeiro.snapshot_name). An epoch is one
// moment of the source; its names are exported snapshots that show it, each alive as long as its holder's
// transaction.
#pragma once

#include "scheduler/store/store_rollout.hpp"
#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tropeiro::scheduler::store {

/// A rollout that has copy jobs to do and so needs its snapshot kept.
struct wanted_snapshot {
    model::rollout_id rollout;
    std::int32_t epoch = 0; // the newest; 0: none was ever opened
    bool ended = false;     // it has, and another must be opened
    std::vector<snapshot_holder> names;
};
task<std::vector<wanted_snapshot>> wanted_snapshots(pg::connection& control);

/// Adds a name to a live epoch. False when the epoch has ended meanwhile: the name must not be used.
task<bool> add_snapshot_name(pg::connection& control, model::rollout_id rollout, std::int32_t epoch,
                             snapshot_holder name);
task<> remove_snapshot_name(pg::connection& control, model::rollout_id rollout, std::int32_t epoch,
                            std::string name);

struct new_epoch {
    std::int32_t epoch = 0;
    std::vector<std::int64_t> reset; // jobs that wait again, since their parts must show the new moment
};

/// Ends the newest epoch with this reason and opens the next under `name`, in one transaction. Copy jobs of
/// tables that are only partly there start again: done ones, and running ones, whose claim is outdated by it
/// so that they can no longer report. Throws failure(conflict) when the newest epoch is not `after` any more.
task<new_epoch> open_next_epoch(pg::connection& control, model::rollout_id rollout, std::int32_t after,
                                std::string reason, snapshot_holder name);

/// Ends the epochs and removes the names of rollouts that have no copy job to do any more. Which rollouts.
task<std::vector<std::int64_t>> end_idle_epochs(pg::connection& control);

} // namespace tropeiro::scheduler::store
