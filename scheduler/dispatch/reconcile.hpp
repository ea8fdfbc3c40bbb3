// Compares a rollout's jobs in the control database with those in Redis and heals what differs, by
// remedy.hpp. Owned by queue_upkeep; remembers between passes what looked wrong.
#pragma once

#include "scheduler/dispatch/remedy.hpp"
#include "scheduler/store/rollouts.hpp"
#include "shared/pg/connection.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace tropeiro::scheduler::dispatch {

/// How many jobs each remedy was applied to.
struct reconciled {
    std::int64_t enqueued = 0;
    std::int64_t completed = 0;
    std::int64_t redone = 0;
    std::int64_t buried = 0;
    std::int64_t cancelled = 0;
    std::int64_t stopped = 0;
    std::vector<std::int64_t> beyond_repair; // wrong in two passes running: load the queue anew

    std::int64_t healed() const { return enqueued + completed + redone + buried + cancelled + stopped; }
};

class reconciler {
  public:
    /// `tries`: of the jobs that it loads.
    explicit reconciler(std::int64_t tries) : tries_(tries) {}

    /// `count_watched`: whether this pass counts as one of the two that a watched job has to be wrong in;
    /// passes that follow an order closely do not.
    task<reconciled> pass(pg::connection& control, queue::redis_queue& jobs, store::open_rollout rollout,
                          bool count_watched);

    /// After the queue was loaded anew: nothing looked wrong yet.
    void forget() { suspects_.clear(); }

  private:
    struct work;

    task<> compare(queue::redis_queue& jobs, const store::open_rollout& rollout,
                   const std::vector<store::job_standing>& ours, work& todo);

    std::map<std::int64_t, std::set<std::int64_t>> suspects_; // rollout -> jobs
    std::int64_t tries_;
};

} // namespace tropeiro::scheduler::dispatch
