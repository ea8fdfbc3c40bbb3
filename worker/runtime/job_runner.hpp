// Claims from ratification to their recorded ends. Holds the one catch of a job: whatever the job threw
// becomes an outcome here, and the outcome is told to the control database and to the queue.
#pragma once

#include "shared/queue/redis_queue.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/copy_job.hpp"
#include "worker/runtime/settlement.hpp"

#include <functional>
#include <list>
#include <string>
#include <vector>

namespace tropeiro::worker::runtime {

class job_runner {
  public:
    /// All must outlive the runner. `worker` is this process's random name.
    job_runner(context::site& servers, queue::redis_queue& jobs, std::string worker,
               std::function<task<>()> follow_epoch);

    /// From here on no end is waited for longer than this; see settling.
    void hurry(int most_waits);

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
    task<> conclude(const admitted& job, copy::copy_result result, settlement& ends);
    task<> turn_away(const rejected& job, settlement& ends);

    context::site& servers_;
    std::string worker_;
    settling ends_;
};

} // namespace tropeiro::worker::runtime
