// One claim from ratification to its recorded end. Holds the one catch of a job: whatever the job threw becomes an
// outcome here, and the outcome is told to the control database and to the queue.
//
// Order at the end. Done: control database first, then the queue; a crash in between costs a claim that is refused.
// Failed: the queue first, because it counts the tries and says whether the job is dead.
#pragma once

#include "shared/queue/redis_queue.hpp"
#include "worker/context/site.hpp"
#include "worker/runtime/job_record.hpp"

#include <string>

namespace tropeiro::worker::runtime {

class job_runner {
  public:
    /// All must outlive the runner. `worker` is this process's random name.
    job_runner(context::site& servers, queue::redis_queue& jobs, std::string worker);

    /// Never throws for what happens to the job. `pulse` outlives the call.
    task<> run(queue::claimed claim, context::job_pulse& pulse);

  private:
    task<> settle(const queue::claimed& claim, const outcome& ended, model::progress progress);
    task<> settle_failure(const queue::claimed& claim, const outcome& ended);
    task<> settle_release(const queue::claimed& claim);
    task<> settle_refused(const queue::claimed& claim, const refused_claim& refused);
    task<> execute(const queue::claimed& claim, const ratified_job& job, context::job_pulse& pulse);

    context::site& servers_;
    queue::redis_queue& jobs_;
    std::string worker_;
};

} // namespace tropeiro::worker::runtime
