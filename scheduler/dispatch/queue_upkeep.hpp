// What the leading scheduler does for the queue, round by round: is it the right one (else load another), are
// all rollouts in it, do both sides agree, which rollouts are over. Each round stands alone: whatever throws,
// the next one begins from what the control database says. Owned by scheduler_service, used by one coroutine.
#pragma once

#include "scheduler/dispatch/limits_in_force.hpp"
#include "scheduler/dispatch/reconcile.hpp"
#include "scheduler/dispatch/snapshot_keeper.hpp"
#include "scheduler/store/queue_epoch.hpp"
#include "shared/base/clock.hpp"
#include "shared/config/workspace.hpp"
#include "shared/pg/pool.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::dispatch {

class queue_upkeep {
  public:
    struct options {
        redis::url redis;
        config::limits_section limits;
        milliseconds reconcile_every{60'000};
    };

    queue_upkeep(pg::pool& control, queue::redis_queue& jobs, snapshot_keeper& snapshots, options how)
        : control_(control), jobs_(jobs), snapshots_(snapshots), options_(std::move(how)),
          reconciler_(options_.limits.tries)
    {
    }

    /// Leadership begins: nothing is known about the queue.
    void take_over();

    /// The next moments of rollouts that lost theirs; entered in the next round.
    void propose(std::vector<fresh_moment> moments);

    /// One round. True: a rollout is under way. Throws what the control database or Redis threw.
    task<bool> round();

  private:
    task<> settle_all(pg::connection& control);
    task<> check_queue(pg::connection& control);
    task<bool> begin_moments(pg::connection& control, bool queue_open);
    task<bool> begin_moment(pg::connection& control, fresh_moment moment);
    task<> load_anew(pg::connection& control, store::queue_epoch before, std::string server_run,
                     std::string reason);
    task<> attend(pg::connection& control, store::open_rollout rollout);
    task<> reconcile(pg::connection& control, store::open_rollout rollout, bool count_watched);
    task<> keep_limits(pg::connection& control, bool whatever_was_applied);
    task<> dismiss_finished(const std::set<std::int64_t>& open);

    pg::pool& control_;
    queue::redis_queue& jobs_;
    snapshot_keeper& snapshots_;
    options options_;
    reconciler reconciler_;
    std::vector<fresh_moment> moments_;
    std::map<std::int64_t, std::int64_t>
        attended_;                              // rollout in this queue -> revision of the last order obeyed
    std::set<std::int64_t> dismissed_;          // finished ones that have yet to leave Redis
    std::optional<limits_by_resource> applied_; // limits that this leader last gave the queue
    std::optional<std::string> doubt_;          // why the queue must be loaded anew, whatever it looks like
    std::optional<steady::time_point> reconcile_at_;
    std::optional<steady::time_point> drop_old_at_;
};

} // namespace tropeiro::scheduler::dispatch
