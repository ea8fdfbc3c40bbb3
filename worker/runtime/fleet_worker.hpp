// One worker of the fleet: claims jobs while it has free slots, runs them side by side on one thread, says
// every few seconds that it lives, and leaves in order when asked.
//
//   running --stop()--> leaving: claims nothing, jobs leave at their next checkpoint and go back to the queue
//                          \--grace over, or stop() again--> cut: jobs are cancelled, their claims given back
//
// Made in main; lives on main's io_context. Redis may vanish at any time: jobs then go on, protected by their
// fence, and claiming waits until the queue stands again under an epoch that the control database names.
#pragma once

#include "shared/queue/redis_queue.hpp"
#include "shared/rt/task_group.hpp"
#include "worker/context/site.hpp"
#include "worker/runtime/job_runner.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <optional>
#include <string>

namespace tropeiro::worker::runtime {

struct fleet_worker_options {
    std::string name;                       // random; see base/random.hpp
    std::size_t slots = 2;                  // jobs at once
    milliseconds lease = queue::lease_time; // a worker that is silent for so long loses its jobs
    milliseconds grace{20'000}; // for jobs to reach a checkpoint when the worker is asked to leave
};

class fleet_worker {
  public:
    fleet_worker(asio::any_io_executor executor, context::site& servers, queue::redis_queue& jobs,
                 fleet_worker_options options);

    /// Until it has left. Throws only for a fault of the program.
    task<> run();

    /// Asks to leave; the second call cuts.
    void stop();

  private:
    struct running_job {
        explicit running_job(queue::claimed c) : claim(std::move(c)) {}
        queue::claimed claim;
        context::job_pulse pulse;
    };

    /// What one slot does: a job, or the members of a pass, in one coroutine.
    struct running_work {
        explicit running_work(const asio::any_io_executor& executor) : group(executor) {}
        std::list<running_job> jobs;
        rt::task_group group; // the coroutine alone
        bool all_lost() const;
    };

    task<> claim_jobs();
    task<> claim_once();
    task<> wait_for_work(milliseconds longest);
    task<> run_work(running_work& work);
    task<> gather(running_work& work);
    using step = std::function<task<>()>;
    task<> repeat(std::string name, step what);
    task<> look_around();
    task<> beat_once();
    void obey(const queue::beat_reply& reply, const std::vector<queue::claimed>& asked);
    void obey(running_work& work, running_job& job, queue::beat_answer answer);
    task<> follow_epoch();
    task<bool> queue_stands();
    task<> leave();
    task<> sign_off();
    void begin_leaving();
    void start(queue::claimed claim);
    void report(bool reachable, std::string_view error);
    std::string info() const;

    asio::any_io_executor executor_;
    context::site& servers_;
    queue::redis_queue& jobs_;
    fleet_worker_options options_;
    job_runner runner_;
    rt::task_group upkeep_;
    std::list<running_work> running_;       // one a slot
    std::list<running_work> finished_;      // their coroutines are still unwinding
    std::optional<rt::task_group> waiting_; // for work, while there is none
    asio::steady_timer changed_;            // cancelled whenever a slot frees or the worker is asked to leave
    bool asked_ = false;                    // by a signal; the next one cuts
    bool leaving_ = false;
    bool cut_ = false;
    bool queue_reachable_ = true;
};

} // namespace tropeiro::worker::runtime
