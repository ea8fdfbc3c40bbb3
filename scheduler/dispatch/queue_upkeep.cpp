#include "scheduler/dispatch/queue_upkeep.hpp"

#include "scheduler/dispatch/limits_in_force.hpp"
#include "scheduler/dispatch/loader.hpp"
#include "scheduler/dispatch/queue_health.hpp"
#include "shared/log/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr milliseconds patience{10'000};

/// Workers that are still in the old epoch look here for the new one before they give up a job: leave them
/// time.
constexpr std::chrono::seconds keep_old_epoch{60};

} // namespace

void queue_upkeep::take_over()
{
    attended_.clear();
    dismissed_.clear();
    moments_.clear();
    applied_.reset();
    doubt_.reset();
    reconcile_at_.reset();
    reconciler_.forget();
}

void queue_upkeep::propose(std::vector<fresh_moment> moments)
{
    for (auto& moment : moments) {
        std::vector<fresh_moment> others;
        for (auto& held : moments_)
            if (held.rollout != moment.rollout) others.push_back(std::move(held));
        moments_.swap(others);
        moments_.push_back(std::move(moment));
    }
}

task<bool> queue_upkeep::round()
{
    auto control = co_await control_.acquire(patience);
    co_await check_queue(*control);
    const bool reconcile_now = reconcile_at_ && steady::now() >= *reconcile_at_;
    co_await settle_all(*control);
    const auto rollouts = co_await store::open_rollouts(*control);
    co_await keep_limits(*control, reconcile_now); // which hold for these, before they are loaded
    std::set<std::int64_t> open;
    bool busy = false;
    for (const auto& rollout : rollouts) {
        open.insert(rollout.id.value);
        busy = busy || rollout.state == model::rollout_state::running;
        co_await attend(*control, rollout);
        if (reconcile_now) co_await reconcile(*control, rollout, true);
    }
    co_await dismiss_finished(open);
    if (reconcile_now || !reconcile_at_) reconcile_at_ = steady::now() + options_.reconcile_every;
    if (drop_old_at_ && steady::now() >= *drop_old_at_) {
        drop_old_at_.reset();
        co_await jobs_.drop_older_epochs();
    }
    co_return busy;
}

/// Rollouts end here, and waves begin.
task<> queue_upkeep::settle_all(pg::connection& control)
{
    const auto unfinished = co_await store::unfinished_rollouts(control);
    for (const auto rollout : unfinished) {
        const auto state = co_await store::settle_rollout(control, rollout);
        if (state == model::rollout_state::running || state == model::rollout_state::paused) continue;
        log::info("rollout finished", {{"rollout", rollout}, {"state", model::to_string(state)}});
        attended_.erase(rollout.value);
        dismissed_.insert(rollout.value);
    }
}

task<> queue_upkeep::check_queue(pg::connection& control)
{
    const auto row = co_await store::read_queue_epoch(control);
    jobs_.use_epoch(row.epoch);
    const auto server_run = co_await jobs_.server_run_id();
    const auto meta = co_await jobs_.meta();
    auto reason = reason_to_rebuild(row, meta, server_run);
    if (!reason && doubt_) reason = doubt_;
    const bool healthy = !reason;
    const bool torn = co_await begin_moments(control, healthy);
    if (torn && !reason) reason = "a rollout shows another moment of the source";
    if (reason) co_await load_anew(control, row, server_run, *reason);
    doubt_.reset();
}

/// True when jobs were set back and the queue must be loaded anew. No job may be claimed between the moment
/// at which parts of a table start again and the new load: the old queue still counts them as done.
task<bool> queue_upkeep::begin_moments(pg::connection& control, bool queue_open)
{
    if (moments_.empty()) co_return false;
    const bool may_tear = std::ranges::any_of(moments_, [](const fresh_moment& m) { return m.after > 0; });
    const bool closed = may_tear && queue_open;
    if (closed) co_await jobs_.close();
    bool torn = false;
    while (!moments_.empty()) {
        auto moment = std::move(moments_.back());
        moments_.pop_back();
        const bool set_back = co_await begin_moment(control, std::move(moment));
        torn = torn || set_back;
    }
    if (closed && !torn) {
        const auto server_run = co_await jobs_.server_run_id();
        co_await jobs_.open(server_run);
    }
    co_return torn;
}

task<bool> queue_upkeep::begin_moment(pg::connection& control, fresh_moment moment)
{
    if (snapshots_.holds(moment.rollout)) co_return false; // rescued meanwhile
    store::new_epoch opened;
    store::snapshot_holder name{moment.snapshot.name(), snapshots_.holder()};
    try {
        opened = co_await store::open_next_epoch(control, moment.rollout, moment.after, moment.reason, name);
    } catch (const failure& f) {
        if (f.kind() != error_kind::conflict) throw;
        co_return false; // another one was faster; the keeper looks again
    }
    snapshots_.adopt(moment.rollout, opened.epoch, std::move(moment.snapshot));
    if (moment.after > 0)
        log::warn("a rollout shows another moment of the source from here on; finished tables keep theirs",
                  {{"rollout", moment.rollout},
                   {"epoch", opened.epoch},
                   {"reason", moment.reason},
                   {"jobs_set_back", opened.reset.size()}});
    co_return !opened.reset.empty();
}

/// Another epoch, another key prefix: built beside the old one, made known when it is complete. The old one
/// is closed meanwhile, one that a restarted Redis has brought back as well: what it would still hand out is
/// not handed out twice, and what is done after the control database was read is told to the new one.
task<> queue_upkeep::load_anew(pg::connection& control, store::queue_epoch before, std::string server_run,
                               std::string reason)
{
    co_await jobs_.close();
    const auto epoch = co_await store::reserve_queue_epoch(control);
    queue::redis_queue fresh(options_.redis, epoch);
    const auto rollouts = co_await store::open_rollouts(control);
    auto limits = co_await read_limits_in_force(control, options_.limits); // of these, at least
    co_await apply_limits(fresh, limits);
    std::map<std::int64_t, std::int64_t> attended;
    std::int64_t jobs = 0;
    for (const auto& rollout : rollouts) {
        if (rollout.lacks_snapshot()) continue;
        const auto sum = co_await load_rollout(control, fresh, rollout, options_.limits.tries);
        jobs += sum.added;
        attended[rollout.id.value] = rollout.revision;
    }
    store::queue_epoch after;
    after.epoch = epoch;
    after.redis_run = server_run;
    const bool ours = co_await store::write_queue_epoch(control, before, after);
    if (!ours) throw failure(error_kind::conflict, "another scheduler loaded the queue at the same time");
    co_await fresh.open(server_run);
    jobs_.use_epoch(epoch);
    applied_ = std::move(limits);
    attended_ = std::move(attended);
    dismissed_.clear();
    reconciler_.forget();
    drop_old_at_ = steady::now() + keep_old_epoch;
    log::info("queue loaded",
              {{"reason", reason}, {"epoch", epoch}, {"jobs", jobs}, {"rollouts", attended_.size()}});
}

task<> queue_upkeep::attend(pg::connection& control, store::open_rollout rollout)
{
    const auto known = attended_.find(rollout.id.value);
    if (known != attended_.end() && known->second == rollout.revision) co_return;
    if (rollout.lacks_snapshot()) co_return;
    if (known == attended_.end()) {
        const auto sum = co_await load_rollout(control, jobs_, rollout, options_.limits.tries);
        if (sum.added < sum.unfinished) co_await reconcile(control, rollout, false);
    } else {
        co_await apply_order(jobs_, rollout);
        co_await reconcile(control, rollout, false);
    }
    attended_[rollout.id.value] = rollout.revision;
}

task<> queue_upkeep::reconcile(pg::connection& control, store::open_rollout rollout, bool count_watched)
{
    if (rollout.lacks_snapshot()) co_return;
    if (count_watched) co_await apply_order(jobs_, rollout);
    const auto result = co_await reconciler_.pass(control, jobs_, rollout, count_watched);
    if (result.healed() > 0 && count_watched)
        log::warn("queue and control database did not agree; healed", {{"rollout", rollout.id},
                                                                       {"enqueued", result.enqueued},
                                                                       {"completed", result.completed},
                                                                       {"redone", result.redone},
                                                                       {"buried", result.buried},
                                                                       {"cancelled", result.cancelled},
                                                                       {"stopped", result.stopped}});
    if (result.beyond_repair.empty()) co_return;
    doubt_ = fmt::format("{} jobs of rollout {} stand otherwise in the control database, job {} for one",
                         result.beyond_repair.size(), rollout.id.value, result.beyond_repair.front());
}

/// Any command may write limits into the control database, with no way to this queue.
task<> queue_upkeep::keep_limits(pg::connection& control, bool whatever_was_applied)
{
    auto wanted = co_await read_limits_in_force(control, options_.limits);
    if (applied_ == wanted && !whatever_was_applied) co_return;
    co_await apply_limits(jobs_, wanted);
    applied_ = std::move(wanted);
}

task<> queue_upkeep::dismiss_finished(const std::set<std::int64_t>& open)
{
    const auto leaving = dismissed_;
    for (const auto rollout : leaving) {
        const bool again = open.contains(rollout);
        bool gone = true;
        if (!again) gone = co_await jobs_.forget(model::rollout_id(rollout));
        if (gone) dismissed_.erase(rollout);
    }
}

} // namespace tropeiro::scheduler::dispatch
