// Claims from ratification to their recorded ends. Holds the one catch of a job: whatever the job threw
// becomes an outcome here, and the outcome is told to the control database and to the queue.
//
// Order at the end. Done: control database first, then the queue; a crash in between costs a claim that is
// refused. Failed: the queue first, because it counts the tries and says whether the job is dead.
#pragma once

#include "shared/queue/redis_queue.hpp"
#include "shared/rt/backoff.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/copy_job.hpp"
#include "worker/runtime/job_record.hpp"

#include <functional>
#include <list>
#include <string>
#include <vector>

namespace tropeiro::worker::runtime {

class job_runner {
  public:
    using step = std::function<task<>()>;

    /// All must outlive the runner. `worker` is this process's random name. `follow_epoch`: after the queue has been
    /// loaded anew, what is told to it goes where the control database says that it is.
    job_runner(context::site& servers, queue::redis_queue& jobs, std::string worker, step follow_epoch);

    struct claimed_job {
        queue::claimed claim;
        std::reference_wrapper<context::job_pulse> pulse;
    };

    /// One job, or the members of one pass, which are copied together and end each in its own way. Never
    /// throws for what happens to them. The pulses outlive the call.
    task<> run(std::vector<claimed_job> jobs);

  private:
    struct admitted;
    struct rejected;

    task<> admit(claimed_job job, std::list<admitted>& to, std::list<rejected>& back);
    task<std::vector<copy::copy_result>> execute(const std::list<admitted>& jobs);
    task<> conclude(const admitted& job, copy::copy_result result, rt::backoff& pause);
    task<> turn_away(const rejected& job, rt::backoff& pause);
    task<> persist(const step& what, const log::logger& log, rt::backoff& pause);
    task<> settle(const queue::claimed& claim, const outcome& ended, model::progress progress,
                  const log::logger& log, rt::backoff& pause);
    task<> settle_done(const queue::claimed& claim, model::progress progress);
    task<> settle_failure(const queue::claimed& claim, const outcome& ended, model::progress landed,
                          const log::logger& log, rt::backoff& pause);
    task<> tell_failure(const queue::claimed& claim, const outcome& ended, model::job_state& state);
    task<> note_failure(const queue::claimed& claim, const outcome& ended, model::job_state state,
                        model::progress landed);
    task<> settle_release(const queue::claimed& claim, model::progress landed, bool alone);
    task<> settle_refused(const queue::claimed& claim, const refused_claim& refused);

    context::site& servers_;
    queue::redis_queue& jobs_;
    std::string worker_;
    step follow_epoch_;
};

} // namespace tropeiro::worker::runtime
