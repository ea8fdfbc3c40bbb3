#include "scheduler/dispatch/snapshot_keeper.hpp"

#include "shared/log/log.hpp"
#include "shared/pg/table_hold.hpp"
#include "shared/tenancy/copied_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr milliseconds patience{10'000};
constexpr std::chrono::hours long_time{6};

} // namespace

task<held_snapshot> snapshot_keeper::open_for_planning()
{
    if (!options_.source)
        throw failure(error_kind::usage, "no source database is configured",
                      "set SOURCE_DB_URL or SUPABASE_DB_URL");
    auto opened = co_await held_snapshot::open(*options_.source, options_.holder);
    co_return opened;
}

void snapshot_keeper::adopt(model::rollout_id rollout, std::int32_t epoch, held_snapshot snapshot)
{
    held_.erase(rollout.value);
    held_.emplace(rollout.value, std::make_shared<kept>(kept{epoch, std::move(snapshot)}));
}

task<snapshot_keeper::wanted_list> snapshot_keeper::read_wanted(bool leading)
{
    auto control = co_await control_.acquire(patience);
    if (leading) co_await store::end_idle_epochs(*control);
    auto wanted = co_await store::wanted_snapshots(*control);
    co_return wanted;
}

/// What was adopted after the list was read is not in it, and stays.
void snapshot_keeper::drop_unwanted(const wanted_list& wanted, const std::vector<std::int64_t>& held_before)
{
    for (const auto rollout : held_before) {
        const auto held = held_.find(rollout);
        if (held == held_.end()) continue;
        const auto entry =
            std::ranges::find(wanted, model::rollout_id(rollout), &store::wanted_snapshot::rollout);
        if (entry == wanted.end() || entry->ended || entry->epoch != held->second->epoch) held_.erase(held);
    }
}

task<> snapshot_keeper::forget_name(model::rollout_id rollout, std::int32_t epoch, std::string name)
{
    auto control = co_await control_.acquire(patience);
    co_await store::remove_snapshot_name(*control, rollout, epoch, std::move(name));
}

task<> snapshot_keeper::drop_dead()
{
    std::vector<std::int64_t> rollouts;
    for (const auto& [rollout, held] : held_)
        rollouts.push_back(rollout);
    for (const auto rollout : rollouts) {
        const auto found = held_.find(rollout);
        if (found == held_.end()) continue;
        const auto held = found->second;
        const bool lives = co_await held->snapshot.alive();
        if (lives) continue;
        log::warn("the transaction that kept a rollout's snapshot is gone", {{"rollout", rollout}});
        const auto now = held_.find(rollout);
        if (now != held_.end() && now->second == held) held_.erase(now);
        co_await forget_name(model::rollout_id(rollout), held->epoch, held->snapshot.name());
    }
}

/// A snapshot shows nothing of a table that is truncated or rewritten after it was taken.
task<> snapshot_keeper::protect_tables()
{
    std::vector<std::pair<std::int64_t, std::shared_ptr<kept>>> bare;
    for (const auto& [rollout, held] : held_)
        if (!held->protects) bare.emplace_back(rollout, held);
    for (const auto& [rollout, held] : bare) {
        std::vector<model::table_name> tables;
        {
            auto control = co_await control_.acquire(patience);
            tables = co_await tenancy::tables_to_copy(*control, model::rollout_id(rollout));
        }
        std::string trouble;
        try {
            co_await pg::hold_tables(held->snapshot.connection(), std::move(tables));
            held->protects = true;
        } catch (const failure& e) {
            trouble = e.what();
        }
        if (!trouble.empty())
            log::warn("a rollout's tables are not held yet: nobody may truncate or rewrite them now",
                      {{"rollout", rollout}, {"error", trouble}});
    }
}

/// True when it is held here afterwards. Names that cannot be imported any more are removed on the way.
task<bool> snapshot_keeper::import_again(store::wanted_snapshot lost)
{
    for (const auto& known : lost.names) {
        std::optional<held_snapshot> imported;
        try {
            auto opened = co_await held_snapshot::open(*options_.source, options_.holder, known.name);
            imported.emplace(std::move(opened));
        } catch (const pg::error& e) {
            if (!is_snapshot_gone(e)) throw;
        }
        if (holds(lost.rollout)) co_return true; // adopted meanwhile
        if (!imported) {
            co_await forget_name(lost.rollout, lost.epoch, known.name);
            continue;
        }
        auto control = co_await control_.acquire(patience);
        store::snapshot_holder ours{imported->name(), options_.holder};
        const bool added = co_await store::add_snapshot_name(*control, lost.rollout, lost.epoch, ours);
        if (!added) co_return true; // another epoch began; the next round will see it
        if (!holds(lost.rollout)) adopt(lost.rollout, lost.epoch, std::move(*imported));
        log::info("a rollout's snapshot was taken over",
                  {{"rollout", lost.rollout}, {"epoch", lost.epoch}, {"from", known.holder}});
        co_return true;
    }
    co_return false;
}

void snapshot_keeper::warn_of_age()
{
    for (const auto& [rollout, held] : held_) {
        if (held->warned || steady::now() - held->since < long_time) continue;
        held->warned = true;
        log::warn("a rollout's snapshot is held for long; until its copies end, the source cannot clean up "
                  "dead rows",
                  {{"rollout", rollout}, {"hours", seconds_since(held->since) / 3600}});
    }
}

task<std::vector<fresh_moment>> snapshot_keeper::maintain(bool leading)
{
    std::vector<fresh_moment> fresh;
    std::vector<std::int64_t> held_before;
    for (const auto& [rollout, held] : held_)
        held_before.push_back(rollout);
    const auto wanted = co_await read_wanted(leading);
    drop_unwanted(wanted, held_before);
    co_await drop_dead();
    co_await protect_tables();
    warn_of_age();
    if (!leading || !options_.source) co_return fresh;
    for (const auto& one : wanted) {
        if (holds(one.rollout)) continue;
        const bool lost = one.epoch > 0 && !one.ended;
        if (lost) {
            const bool saved = co_await import_again(one);
            if (saved) continue;
        }
        auto opened = co_await held_snapshot::open(*options_.source, options_.holder);
        if (holds(one.rollout)) continue;
        fresh.push_back({one.rollout, one.epoch, lost ? "nobody holds its snapshot any more" : "it had ended",
                         std::move(opened)});
    }
    co_return fresh;
}

} // namespace tropeiro::scheduler::dispatch
