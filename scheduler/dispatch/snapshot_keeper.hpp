// Keeps the snapshots of rollouts alive: one idle REPEATABLE READ transaction on the source for each rollout
// that has rows to copy. Owned by scheduler_service, lives on its executor.
//
// A plan is made inside such a transaction, which then becomes the rollout's keeper, so that schema, block
// ranges and rows show the same moment. The moment outlives this process as long as any worker holds it too:
// whoever becomes the leader imports it again from a live name.
#pragma once

#include "scheduler/dispatch/held_snapshot.hpp"
#include "scheduler/store/snapshots.hpp"
#include "shared/base/clock.hpp"
#include "shared/model/ids.hpp"
#include "shared/pg/pool.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::dispatch {

/// A rollout's snapshot is lost (or was never taken), and this is the next moment that its rows may show. To
/// be entered into the control database with the queue closed, see queue_upkeep.
struct fresh_moment {
    model::rollout_id rollout;
    std::int32_t after = 0; // the epoch that it follows
    std::string reason;     // why that one ended
    held_snapshot snapshot;
};

class snapshot_keeper {
  public:
    struct options {
        std::optional<pg::dsn> source; // none: open_for_planning refuses
        std::string holder;            // this process, in tropeiro.snapshot_name
    };

    snapshot_keeper(pg::pool& control, options how) : control_(control), options_(std::move(how)) {}

    /// A transaction on the source to plan in. Throws failure(unreachable ...) when the source does not
    /// answer, failure(refused) when it is reached through a transaction-mode pooler.
    task<held_snapshot> open_for_planning();

    /// Keeps this transaction for the rollout that was stored with its name (store_options::snapshot).
    void adopt(model::rollout_id rollout, std::int32_t epoch, held_snapshot snapshot);

    /// Drops what is no longer wanted and what has died. Every process does this for what it holds; the
    /// leader also makes sure that each rollout that needs a snapshot has a living one here: imported again
    /// from a live name or, when none is left, a fresh one, which is returned. Throws what the control
    /// database or the source threw.
    task<std::vector<fresh_moment>> maintain(bool leading);

    /// How many are held here.
    std::size_t size() const { return held_.size(); }
    bool holds(model::rollout_id rollout) const { return held_.contains(rollout.value); }

    /// Ends them all.
    void drop_all() { held_.clear(); }

    const std::string& holder() const { return options_.holder; }

  private:
    struct kept {
        std::int32_t epoch = 0;
        held_snapshot snapshot;
        steady::time_point since = steady::now();
        bool warned = false;   // that it is held for long
        bool protects = false; // its tables cannot be truncated or rewritten
    };
    using wanted_list = std::vector<store::wanted_snapshot>;

    task<wanted_list> read_wanted(bool leading);
    void drop_unwanted(const wanted_list& wanted, const std::vector<std::int64_t>& held_before);
    task<> drop_dead();
    task<> protect_tables();
    task<bool> import_again(store::wanted_snapshot lost);
    task<> forget_name(model::rollout_id rollout, std::int32_t epoch, std::string name);
    void warn_of_age();

    pg::pool& control_;
    options options_;
    std::map<std::int64_t, std::shared_ptr<kept>> held_; // shared with whoever is asking the source just now
};

} // namespace tropeiro::scheduler::dispatch
