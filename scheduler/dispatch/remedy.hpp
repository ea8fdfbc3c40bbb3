// What to do about a job on which the control database and Redis do not agree. Pure; carried out by
// reconcile.hpp.
//
// The control database is right. The two are read one after the other while workers go on, so a disagreement
// that a worker may be about to end by itself is only watched: it counts when the next pass, a minute later,
// finds it again.
#pragma once

#include "scheduler/store/jobs.hpp"
#include "shared/model/rollout.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tropeiro::scheduler::dispatch {

/*
     control \ Redis |  unknown   wait       ready, delay,  active     done     dead        cancelled
                     |                       paused
     ----------------+---------------------------------------------------------------------------------
     wait            |  enqueue   watch (1)  -              -          watch    redo/bury   cancel (2)
     running         |  enqueue   watch      -              -          watch    bury        cancel (2)
     done            |  -         watch      - (3)          complete   -        redo (3)    -
     dead, cancelled |  -         -          - (3)          stop       -        -           -

   (1) when nothing that it depends on is left to do
   (2) when the rollout was cancelled, else watch
   (3) its next claim is refused by the control database, and the worker completes it
*/
enum class remedy {
    none,
    enqueue,  // Redis does not know it: back in, a running one under its worker's lease
    complete, // the worker died between telling the two
    redo,     // the operator's retry has not reached Redis, or Redis must see it done
    bury,     // dead here too: the worker died between telling the two
    cancel,   // cancelled here too
    stop,     // it must not run any more
    watch,    // load the queue anew when it is still so at the next pass
};

struct queue_standing {
    std::string state; // as in queue::job_view
    std::int64_t attempt = 0;
};

remedy decide(const store::job_standing& control, const std::optional<queue_standing>& redis,
              model::rollout_state asked);

} // namespace tropeiro::scheduler::dispatch
