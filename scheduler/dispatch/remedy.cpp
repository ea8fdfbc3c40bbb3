#include "scheduler/dispatch/remedy.hpp"

namespace tropeiro::scheduler::dispatch {
namespace {

using model::job_state;

remedy for_unfinished(const store::job_standing& control, const std::string& redis,
                      model::rollout_state asked)
{
    const bool running = control.state == job_state::running;
    if (redis == "wait") return running || control.free ? remedy::watch : remedy::none;
    if (redis == "done") return remedy::watch;
    if (redis == "dead") return !running && control.attempts == 0 ? remedy::redo : remedy::bury;
    if (redis == "cancelled")
        return asked == model::rollout_state::cancelled ? remedy::cancel : remedy::watch;
    return remedy::none;
}

remedy for_done(const std::string& redis)
{
    if (redis == "active") return remedy::complete;
    if (redis == "dead") return remedy::redo;
    return redis == "wait" ? remedy::watch : remedy::none;
}

} // namespace

remedy decide(const store::job_standing& control, const std::optional<queue_standing>& redis,
              model::rollout_state asked)
{
    const bool unfinished = control.state == job_state::wait || control.state == job_state::running;
    if (!redis) return unfinished ? remedy::enqueue : remedy::none;
    if (unfinished) return for_unfinished(control, redis->state, asked);
    if (control.state == job_state::done) return for_done(redis->state);
    return redis->state == "active" ? remedy::stop : remedy::none;
}

} // namespace tropeiro::scheduler::dispatch
