// How the ends of one piece of work come to the control database and to the queue.
//
// Done: control database first, then the queue; a crash in between costs a claim that is refused. Failed and given back:
// the queue first, because it counts the tries and says whether the job is dead or cancelled; the control database
// whatever came of that.
//
// A control database or a queue that restarts is back in seconds, and worth some patience. When it is not, the lease
// runs out and another worker finds out what the ledger says.
#pragma once

#include "shared/log/log.hpp"
#include "shared/queue/redis_queue.hpp"
#include "worker/context/site.hpp"
#include "worker/runtime/job_record.hpp"
#include "worker/runtime/patience.hpp"

#include <functional>

namespace tropeiro::worker::runtime {

/// What the settlements of a worker share. Outlives them.
struct settling {
    context::site& servers;
    queue::redis_queue& jobs;
    /// Where the queue is by now, as the control database says: another one may have been loaded.
    std::function<task<>()> follow_epoch;
    int most_waits = 6; // for each of the two
};

/// One a piece of work; lives as long as its end takes, on the worker's thread.
class settlement {
  public:
    explicit settlement(const settling& with) : with_(with) {}

    /// Of a job that ran. `landed`: what was committed under this claim. Throws for nothing that a server does.
    task<> settle(const queue::claimed& claim, const outcome& ended, model::progress landed,
                  const log::logger& log);

    /// Of a claim that the control database refused.
    task<> settle_refused(const queue::claimed& claim, const refused_claim& refused, const log::logger& log);

  private:
    using step = std::function<task<>()>;

    task<> settle_done(const queue::claimed& claim, model::progress landed, const log::logger& log);
    task<> settle_failure(const queue::claimed& claim, const outcome& ended, model::progress landed,
                          const log::logger& log);
    task<> settle_release(const queue::claimed& claim, bool alone, model::progress landed,
                          const log::logger& log);
    task<> tell(const step& what, const log::logger& log);
    task<bool> persist(const step& what, patience& left, const log::logger& log);
    task<> follow(const log::logger& log);

    const settling& with_;
    patience for_control_;
    patience for_queue_;
};

} // namespace tropeiro::worker::runtime
