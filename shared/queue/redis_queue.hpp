// The queue in Redis: every transition of a job, each one Lua script (lua/*.lua) and so atomic. Redis
// proposes; the control database ratifies a claim by its number, and holds everything that is needed to fill
// an empty Redis again.
//
//                        ,--------- resume ---------- paused <--- pause, or made ready while paused
//                        v
//   enqueue --> wait --> ready --- claim ---> active --- complete ---> done
//        seal and the    ^  ^                 | | |
//        dependencies    |  '-- release, -----' | '--- fail: fatal or out of tries; lease out a
//        done            |      bump, lease     |      sixth time ---> dead --- redo ---> ready
//                        |      ran out         |
//                        '---- due ---- delay <-'--- fail                  adopt ---> active
//
//   cancel: wait, ready, delay and paused become cancelled at once; an active job learns it with its next
//   beat and becomes cancelled by fail, release or the end of its lease. If it completes, it is done.
//
// Owned by a process's main object; lives on one thread. It holds two connections: one for transitions, one
// that blocks in wait_for_work(). Every call throws redis::error (or another failure of kind unreachable)
// when Redis cannot be asked; then nothing is known of its effect. A closed queue takes no end of a claim
// either, for what is loaded in place of it may have been read before that end: complete(), fail(), release()
// and bump() throw failure(unreachable) then. Each transition may be repeated: the
// second time it is stale, or changes nothing. A call that is cancelled breaks its connection; the next call
// opens a new one.
#pragma once

#include "shared/queue/lease.hpp"
#include "shared/queue/queue.hpp"
#include "shared/redis/client.hpp"
#include "shared/rt/asio.hpp"

namespace tropeiro::redis {
class script;
}

namespace tropeiro::queue {

class redis_queue {
  public:
    redis_queue(redis::url address, std::int64_t epoch);
    redis_queue(redis_queue&&) noexcept = default;
    redis_queue& operator=(redis_queue&&) noexcept = default;

    std::int64_t epoch() const { return epoch_; }
    /// After the leader has loaded a new epoch.
    void use_epoch(std::int64_t epoch) { epoch_ = epoch; }

    // --- loading (scheduler)
    // ---------------------------------------------------------------------------------

    /// Adds the jobs, in chunks; known ones are left alone. Answers how many were new. They wait for seal().
    task<std::int64_t> enqueue(std::vector<enqueue_item> items);

    /// Everything of the rollout is loaded: jobs with nothing to wait for become ready.
    task<> seal(model::rollout_id run);

    /// Running jobs, after Redis was lost: back as active under their number, leased for a minute.
    task<std::int64_t> adopt(std::vector<adopt_item> items);

    // --- work (worker)
    // ---------------------------------------------------------------------------------------

    /// Up to `want` jobs; fewer when there are fewer that may run now.
    task<claim_answer> claim(std::string worker, int want, milliseconds lease = lease_time);

    /// The other members of a claimed job's pass that are ready, at most `want`: the pass is one piece of
    /// work. None when the claim is stale.
    task<std::vector<claimed>> join(claimed member, std::string worker, int want,
                                    milliseconds lease = lease_time);

    /// A sign of life with a description of the worker (JSON, shown by workers()). Give only jobs that got on
    /// since the last beat: a job that does not move loses its lease.
    task<beat_reply> beat(std::string worker, std::string info, std::vector<beat_item> jobs,
                          milliseconds lease = lease_time);

    /// Done, and recorded as such in the control database. Dependents become ready, long fan-outs in chunks.
    task<complete_answer> complete(model::job_id id, std::int64_t attempt);

    /// Failed: comes back after `delay`, or is dead when `fatal` or out of tries. `signature` groups failures
    /// of one cause ("23505", "no_space"); no free text, cut after 64 bytes.
    task<fail_answer> fail(model::job_id id, std::int64_t attempt, milliseconds delay, bool fatal,
                           std::string signature);

    /// Gives the job back at once; counts as no try. `alone`: it is no member of its pass any more.
    task<release_answer> release(model::job_id id, std::int64_t attempt, bool alone = false);

    /// The control database knows a larger claim number than ours (Redis was rolled back): goes past it and
    /// gives the job back. False: stale.
    task<bool> bump(model::job_id id, std::int64_t attempt, std::int64_t claim_seq);

    /// Blocks until there may be work, at most `timeout`. True: claim now. One idle worker is woken at a
    /// time; its claim wakes the next.
    task<bool> wait_for_work(milliseconds timeout);

    // --- upkeep (leading scheduler)
    // --------------------------------------------------------------------------

    /// Takes back up to `limit` jobs whose lease ran out, and carries on what others left half done: fan-outs
    /// and sweeps. To be called every second or so.
    task<std::vector<reaped>> reap(int limit = 100, int most_recoveries = max_recoveries);

    /// Claiming is allowed; the server's run_id is remembered beside it.
    task<> open(std::string server_run_id);
    task<> close();
    task<queue_meta> meta();

    /// run_id of INFO: changes when Redis restarts.
    task<std::string> server_run_id();

    /// Removes what older epochs left, in chunks. Answers the number of keys.
    task<std::int64_t> drop_older_epochs();

    /// A finished rollout leaves Redis: jobs, indexes, counts. Active jobs stay; false when there were any.
    task<bool> forget(model::rollout_id run);

    // --- operator
    // --------------------------------------------------------------------------------------------

    /// Every job that does not run leaves now; running ones learn it. Answers the number of cancelled jobs so
    /// far.
    task<std::int64_t> cancel(model::rollout_id run);
    /// No further job of the rollout starts; running ones go on.
    task<> pause(model::rollout_id run);
    task<> resume(model::rollout_id run);

    /// A dead job tries again with a clean record. False: it is not dead (or unknown here: enqueue it).
    task<bool> redo(model::job_id id);

    /// nothing: back to the default. 0 stops the resource. Also "*" (servers), "s:*", "t:*" and "c:*"
    /// (cities).
    task<> set_limit(std::string resource, std::optional<std::int64_t> limit);
    task<std::vector<limit_view>> limits();

    /// "*" is every worker that is there now.
    task<> drain(std::string worker, bool on = true);

    /// Its process is known to have ended: the next reap() gives its jobs to others, however long their leases are. How
    /// many it held.
    task<std::int64_t> gone(std::string worker);

    // --- looking
    // ---------------------------------------------------------------------------------------------

    task<std::optional<job_facts>> why(model::job_id id);
    task<std::optional<job_view>> view(model::job_id id);
    /// In the order of the ids; nothing for unknown ones. For the reconcile pass.
    task<std::vector<std::optional<job_view>>> views(std::vector<model::job_id> ids);
    task<std::vector<job_view>> active(int limit = 1000);
    task<std::vector<job_view>> dead(int limit = 1000);
    task<queue_counts> counts(model::rollout_id run);
    task<std::vector<lane_age>> lane_ages();
    task<std::vector<worker_view>> workers();

    /// What happened after `cursor` ("" is the beginning of what is kept), oldest first.
    task<std::vector<event>> events_after(std::string cursor, int limit = 1000);

  private:
    using word_list = std::vector<std::string>;

    task<redis::reply> run(const redis::script& what, word_list args);
    task<std::int64_t> sweep(model::rollout_id run, std::string control);
    task<std::vector<std::optional<job_view>>> look(word_list args);

    redis::reconnecting_client commands_;
    redis::reconnecting_client waiting_;
    std::int64_t epoch_;
};

} // namespace tropeiro::queue
