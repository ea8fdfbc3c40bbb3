#include "worker/copy/ledger.hpp"

#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"
#include "worker/context/snapshot_relay.hpp"
#include "worker/copy/sql_text.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::copy {
namespace {

/// A worker that sleeps in the middle of acquiring a part holds locks that end with its connection. Whoever
/// waits for them frees its slot, so that the sleeper's own job can be taken over, which ends that
/// connection.
constexpr milliseconds longest_wait{10'000};

std::string refusal(const model::copy_item& item)
{
    return fmt::format("table {} in the target holds rows that tropeiro did not bring",
                       model::to_string(item.table));
}

/// A batch of another part that is under way, of an older claim, would come after we have looked.
task<bool> lock_and_look(pg::connection& target, const model::table_name& table)
{
    const auto name = pg::qualified(table);
    auto sql = fmt::format(
        "LOCK TABLE ONLY {0} IN SHARE ROW EXCLUSIVE MODE; SELECT EXISTS (SELECT FROM ONLY {0})", name);
    const auto found = co_await target.query_script(std::move(sql));
    co_return found.one().get<bool>(0);
}

task<> empty_table(pg::connection& target, const model::table_name& table)
{
    co_await target.execute(fmt::format("TRUNCATE ONLY {}", pg::qualified(table)));
}

/// Rows that arrive can be told from those that are there by a unique index alone.
task<> require_unique_index(pg::connection& target, const model::table_name& table)
{
    const auto found = co_await target.query(sql::has_unique_index, pg::qualified(table));
    if (!found.one().get<bool>(0))
        throw failure(
            error_kind::refused,
            fmt::format("table {} has no unique index in the target: nothing tells rows that are there "
                        "already from new ones",
                        model::to_string(table)),
            "--truncate replaces them");
}

/// What the ledger says of a table that is not filled under this rollout and epoch yet.
struct history {
    bool unfinished = false; // an older copy did not come to its end
    bool merged = false;     // and it went on top of other rows
};

/// What becomes of rows that no part of this epoch brought. True: they stay, and the copy merges.
task<bool> treat_existing(pg::connection& target, const model::copy_item& item, history before,
                          model::existing_rows on_existing)
{
    const bool filled = co_await lock_and_look(target, item.table);
    if (!filled) co_return false;
    const bool ours_alone = before.unfinished && !before.merged;
    if (!ours_alone && on_existing == model::existing_rows::merge) {
        co_await require_unique_index(target, item.table);
        co_return true;
    }
    if (!ours_alone && on_existing == model::existing_rows::refuse)
        throw failure(error_kind::refused, refusal(item),
                      "--truncate replaces them, --merge keeps them and adds the missing ones");
    co_await empty_table(target, item.table);
    co_return false;
}

[[noreturn]] void refuse_newer(const model::copy_item& item, const claim& who, std::int64_t newer)
{
    const auto table = model::to_string(item.table);
    if (newer == who.rollout.value)
        throw context::snapshot_lost(fmt::format("table {} is being filled under a newer snapshot", table));
    throw failure(
        error_kind::conflict,
        fmt::format("table {} belongs to rollout {}, which is newer than rollout {}", table, newer,
                    who.rollout.value),
        fmt::format("cancel rollout {}: what it had to do is done by the newer one", who.rollout.value));
}

/// Settles under which rollout and epoch the table is filled. True: its copy merges.
task<bool> settle_table(pg::connection& target, const model::copy_item& item, const claim& who,
                        model::existing_rows on_existing)
{
    if (item.parts > 1) {
        const auto current = co_await target.query_prepared(sql::current_table, item.table.schema,
                                                            item.table.name, who.rollout, who.epoch);
        if (!current.empty()) co_return current[0].get<bool>("merged");
    }
    const auto locked = co_await target.query_prepared(sql::lock_table_ledger, item.table.schema,
                                                       item.table.name, who.rollout, who.epoch, item.parts);
    const auto row = locked.one();
    if (row.get<bool>("newer")) refuse_newer(item, who, row.get<std::int64_t>("rollout_id"));
    const bool older = row.get<bool>("older");
    const bool merged_before = row.get<bool>("merged");
    const bool fresh = row.get<bool>("fresh");
    if (!older && !fresh) co_return merged_before;
    const history before{older && !row.get<bool>("finished"), older && merged_before};
    const bool merged = co_await treat_existing(target, item, before, on_existing);
    // A row just made says all of it; its foreign keys leave nothing of other times beside it.
    if (fresh && !merged) co_return merged;
    co_await target.query(sql::restart_table, item.table.schema, item.table.name, who.rollout, who.epoch,
                          item.parts, merged);
    co_return merged;
}

part_state state_from(const pg::row& row)
{
    part_state state;
    state.rows = row.get<std::int64_t>("rows");
    state.bytes = row.get<std::int64_t>("bytes");
    state.receipt = crypto::row_receipt::parse(row.get<std::string>("receipt"), state.rows).value();
    state.quarantined = row.get<std::int64_t>("quarantined");
    state.done = row.get<bool>("done");
    return state;
}

} // namespace

task<part_state> acquire(pg::connection& target, const model::copy_item& item, const claim& who,
                         model::existing_rows on_existing)
{
    const pg::transaction_settings settings{who.reach_disk == durability::each_part, longest_wait};
    auto tx = co_await pg::transaction::begin(target, "", settings);
    const bool merged = co_await settle_table(target, item, who, on_existing);
    const auto acquired = co_await target.query_prepared(sql::acquire_part, item.table.schema,
                                                         item.table.name, item.number, who.fence);
    if (acquired.empty())
        throw fenced_off(fmt::format("part {} of table {} belongs to a newer claim", item.number,
                                     model::to_string(item.table)));
    auto state = state_from(acquired[0]);
    state.position = acquired[0].get<std::string>("position");
    state.merged = merged;
    co_await tx.commit();
    co_return state;
}

task<> flush_commits(pg::connection& target, const model::copy_item& last, claim who)
{
    const auto touched = co_await target.query_prepared(sql::flush, last.table.schema, last.table.name,
                                                        last.number, who.fence, who.rollout, who.epoch);
    if (touched.affected() != 1)
        throw fenced_off(fmt::format("part {} of table {} was taken over before its job had ended",
                                     last.number, model::to_string(last.table)));
}

task<> checkpoint(pg::connection& target, const model::copy_item& item, const claim& who,
                  const part_state& state)
{
    const auto updated = co_await target.query_prepared(
        sql::checkpoint, item.table.schema, item.table.name, item.number, who.fence, state.position,
        state.rows, state.bytes, state.receipt.digest(), state.done, who.rollout, who.epoch);
    if (updated.affected() != 1)
        throw fenced_off(fmt::format("part {} of table {} was taken over while a batch was under way",
                                     item.number, model::to_string(item.table)));
}

task<std::map<model::table_name, filled_table>> filled_tables(pg::connection& target,
                                                              std::vector<model::table_name> tables)
{
    std::vector<std::string> schemas;
    std::vector<std::string> names;
    for (auto& table : tables) {
        schemas.push_back(std::move(table.schema));
        names.push_back(std::move(table.name));
    }
    const auto parts = co_await target.query(sql::table_parts, schemas, names);
    std::map<model::table_name, filled_table> found;
    std::map<model::table_name, std::int32_t> missing;
    for (const auto& row : parts) {
        const model::table_name table{row.get<std::string>("schema_name"),
                                      row.get<std::string>("table_name")};
        const auto part = state_from(row);
        auto& filled = found[table];
        auto& whole = filled.state;
        whole.rows += part.rows;
        whole.bytes += part.bytes;
        whole.quarantined += part.quarantined;
        whole.receipt.add(part.receipt);
        whole.merged = row.get<bool>("merged");
        filled.rollout = row.get<model::rollout_id>("rollout_id");
        filled.epoch = row.get<std::int32_t>("epoch");
        auto& left = missing.try_emplace(table, row.get<std::int32_t>("parts")).first->second;
        if (part.done) --left;
        whole.done = left == 0;
    }
    co_return found;
}

task<part_state> table_state(pg::connection& target, const model::table_name& table)
{
    std::vector<model::table_name> one{table};
    auto found = co_await filled_tables(target, std::move(one));
    co_return found[table].state;
}

} // namespace tropeiro::worker::copy
