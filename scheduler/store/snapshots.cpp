#include "scheduler/store/snapshots.hpp"

#include "scheduler/store/sql_text.hpp"
#include "shared/tenancy/in_transaction.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

task<std::int32_t> newest_epoch(pg::connection& control, model::rollout_id rollout)
{
    const auto held =
        co_await control.query("SELECT FROM tropeiro.rollout WHERE id = $1 FOR UPDATE", rollout);
    if (held.empty())
        throw failure(error_kind::not_found, fmt::format("there is no rollout {}", rollout.value));
    const auto answer = co_await control.query(
        "SELECT coalesce(max(epoch), 0) FROM tropeiro.snapshot_epoch WHERE rollout_id = $1", rollout);
    co_return answer.one().get<std::int32_t>(0);
}

task<> end_epoch(pg::connection& control, model::rollout_id rollout, std::int32_t epoch,
                 const std::string& reason)
{
    co_await control.query("UPDATE tropeiro.snapshot_epoch SET ended_at = now(), ended_reason = $3 "
                           "WHERE rollout_id = $1 AND epoch = $2 AND ended_at IS NULL",
                           rollout, epoch, reason);
    co_await control.query("DELETE FROM tropeiro.snapshot_name WHERE rollout_id = $1", rollout);
}

task<std::vector<std::int64_t>> reset_torn_tables(pg::connection& control, model::rollout_id rollout)
{
    std::vector<std::int64_t> reset;
    co_await control.query(sql::snapshot_forget_rows, rollout);
    while (true) {
        const auto changed = co_await control.query(sql::snapshot_reset_jobs, rollout);
        if (changed.empty()) co_return reset;
        for (const auto row : changed)
            reset.push_back(row.get<std::int64_t>("id"));
    }
}

task<new_epoch> open_locked(pg::connection& control, model::rollout_id rollout, std::int32_t after,
                            const std::string& reason, const snapshot_holder& name)
{
    const auto newest = co_await newest_epoch(control, rollout);
    if (newest != after)
        throw failure(error_kind::conflict,
                      fmt::format("rollout {} is at snapshot epoch {} already, not at {}", rollout.value,
                                  newest, after));
    new_epoch opened;
    opened.epoch = after + 1;
    if (after > 0) co_await end_epoch(control, rollout, after, reason);
    co_await control.query("INSERT INTO tropeiro.snapshot_epoch (rollout_id, epoch) VALUES ($1, $2)", rollout,
                           opened.epoch);
    co_await control.query(
        "INSERT INTO tropeiro.snapshot_name (rollout_id, epoch, name, holder) VALUES ($1, $2, $3, $4)",
        rollout, opened.epoch, name.name, name.holder);
    if (after > 0) opened.reset = co_await reset_torn_tables(control, rollout);
    co_await control.query("UPDATE tropeiro.rollout SET revision = revision + 1 WHERE id = $1", rollout);
    co_return opened;
}

} // namespace

task<std::vector<wanted_snapshot>> wanted_snapshots(pg::connection& control)
{
    const auto answer = co_await control.query(sql::snapshots_wanted);
    std::vector<wanted_snapshot> found;
    for (const auto row : answer) {
        wanted_snapshot w;
        w.rollout = row.get<model::rollout_id>("id");
        w.epoch = row.get<std::int32_t>("epoch");
        w.ended = row.get<bool>("ended");
        const auto names = row.get<std::vector<std::string>>("names");
        const auto holders = row.get<std::vector<std::string>>("holders");
        for (std::size_t i = 0; i < names.size(); ++i)
            w.names.push_back({names[i], holders[i]});
        found.push_back(std::move(w));
    }
    co_return found;
}

task<bool> add_snapshot_name(pg::connection& control, model::rollout_id rollout, std::int32_t epoch,
                             snapshot_holder name)
{
    const auto added = co_await control.query(sql::snapshot_add_name, rollout, epoch, name.name, name.holder);
    co_return !added.empty();
}

task<> remove_snapshot_name(pg::connection& control, model::rollout_id rollout, std::int32_t epoch,
                            std::string name)
{
    co_await control.query(
        "DELETE FROM tropeiro.snapshot_name WHERE rollout_id = $1 AND epoch = $2 AND name = $3", rollout,
        epoch, name);
}

task<new_epoch> open_next_epoch(pg::connection& control, model::rollout_id rollout, std::int32_t after,
                                std::string reason, snapshot_holder name)
{
    auto work = open_locked(control, rollout, after, reason, name);
    auto opened = co_await tenancy::in_transaction(control, std::move(work));
    co_return opened;
}

task<std::vector<std::int64_t>> end_idle_epochs(pg::connection& control)
{
    const auto answer = co_await control.query(sql::snapshot_end_idle);
    std::vector<std::int64_t> rollouts;
    for (const auto row : answer)
        rollouts.push_back(row.get<std::int64_t>(0));
    co_return rollouts;
}

} // namespace tropeiro::scheduler::store
