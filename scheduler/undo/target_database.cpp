#include "scheduler/undo/target_database.hpp"

#include "scheduler/undo/sql_text.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"
#include "shared/rows/pinned_settings.hpp"
#include "shared/rows/read_back.hpp"
#include "shared/tenancy/target_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::undo {
namespace {

struct standing_table {
    model::table_name name;
    bool sent = false; // this rollout brought rows
    bool merged = false;
    bool stood = false; // before it
    bool strange = false;
};

/// As format('%I.%I') writes it, which the statements compare with.
task<std::vector<std::string>> known_names(pg::connection& target, const store::undoable_city& city)
{
    std::vector<std::string> schemas;
    std::vector<std::string> tables;
    const auto add = [&](const model::table_name& table) {
        schemas.push_back(table.schema);
        tables.push_back(table.name);
    };
    for (const auto& table : city.made)
        add(table);
    for (const auto& item : city.sent)
        add(item.table);
    const auto answer = co_await target.query(
        "SELECT format('%I.%I', s, t) FROM unnest($1::text[], $2::text[]) AS n(s, t)", schemas, tables);
    std::vector<std::string> names;
    for (const auto row : answer)
        names.push_back(row.get<std::string>(0));
    co_return names;
}

task<std::vector<standing_table>> standing_tables(pg::connection& target, const store::undoable_city& city,
                                                  bool whole)
{
    const auto known = co_await known_names(target, city);
    const auto answer = co_await target.query(sql::tables_to_drop, city.rollout, whole, known);
    std::vector<standing_table> tables;
    for (const auto row : answer) {
        standing_table one;
        one.name.schema = row.get<std::string>("schema_name");
        one.name.name = row.get<std::string>("table_name");
        one.sent = row.get<bool>("sent");
        one.merged = row.get<bool>("merged");
        one.stood = row.get<bool>("stood");
        one.strange = row.get<bool>("strange");
        tables.push_back(std::move(one));
    }
    co_return tables;
}

task<> keep_writers_out(pg::connection& target, const std::vector<standing_table>& tables)
{
    std::vector<std::string> names;
    for (const auto& table : tables)
        names.push_back(pg::qualified(table.name));
    if (names.empty()) co_return;
    const auto lock = "LOCK TABLE ONLY " + text::join(names, ", ONLY ") + " IN SHARE MODE";
    co_await target.execute(lock);
}

/// By the ledger, all parts together.
task<crypto::row_receipt> brought_into(pg::connection& target, const model::table_name& table)
{
    const auto parts = co_await target.query("SELECT rows, receipt FROM tropeiro.copy_ledger "
                                             "WHERE schema_name = $1 AND table_name = $2",
                                             table.schema, table.name);
    crypto::row_receipt whole;
    for (const auto part : parts) {
        const auto digest = part.get<std::string>("receipt");
        whole.add(crypto::row_receipt::parse(digest, part.get<std::int64_t>("rows")).value());
    }
    co_return whole;
}

task<rows_found> compare_rows(pg::connection& target, const standing_table& table,
                              const model::copy_item* item)
{
    rows_found found;
    found.table = table.name;
    found.strange = table.strange;
    if (table.sent && item != nullptr) {
        const auto brought = co_await brought_into(target, table.name);
        const auto there = co_await rows::read_back(target, *item);
        found.brought = brought.rows();
        found.present = there.rows();
        found.same_content = there == brought;
        co_return found;
    }
    const auto count = "SELECT count(*) FROM ONLY " + pg::qualified(table.name);
    const auto counted = co_await target.query(count);
    found.present = counted.one().get<std::int64_t>(0);
    co_return found;
}

std::string why_rows_stay(const standing_table& table, model::existing_rows how)
{
    if (table.merged || how == model::existing_rows::merge)
        return "its rows came in beside others (--merge) and cannot be told apart";
    return "its earlier rows were replaced (--truncate) and cannot be brought back";
}

} // namespace

task<pg::connection> enter(pg::dsn admin, std::string database)
{
    pg::connect_options options;
    options.application_name = "tropeiro undo";
    options.settings = rows::pinned_settings();
    options.settings.emplace_back("lock_timeout", "20s");
    options.settings.emplace_back("row_security", "off");
    auto target = co_await pg::connection::open(admin.with_database(database), options);
    co_return target;
}

task<bool> made_by_rollout(pg::connection& target, const store::undoable_city& city)
{
    const auto owner = co_await tenancy::read_identity(target);
    if (!owner) {
        if (city.template_name.empty()) co_return false;
        const auto ours = co_await tenancy::made_from_template(target, city.template_name);
        co_return ours;
    }
    const tenancy::target_identity tenant{city.tenant, city.slug};
    co_await tenancy::require_identity(target, tenant);
    const auto maker = co_await tenancy::made_by(target);
    co_return maker == city.rollout;
}

task<tables_to_go> look_at_tables(pg::connection& target, const store::undoable_city& city, bool whole,
                                  bool compare)
{
    std::map<model::table_name, const model::copy_item*> items;
    for (const auto& item : city.sent)
        items[item.table] = &item;
    co_await target.execute("SET LOCAL search_path = pg_catalog");
    const auto tables = co_await standing_tables(target, city, whole);
    co_await keep_writers_out(target, tables);
    tables_to_go found;
    for (const auto& table : tables) {
        const bool mixed = table.merged || city.on_existing != model::existing_rows::refuse;
        if (table.stood && mixed) {
            found.keeping.push_back(
                {"table", model::to_string(table.name), "stays", why_rows_stay(table, city.on_existing)});
            continue;
        }
        if (table.stood) found.to_empty.push_back(pg::qualified(table.name));
        if (!compare) continue;
        const auto item = items.find(table.name);
        const auto* sent = item == items.end() ? nullptr : item->second;
        const auto rows = co_await compare_rows(target, table, sent);
        if (auto change = change_of(rows)) found.changed.push_back(std::move(*change));
    }
    co_return found;
}

task<std::vector<undone_thing>> drop_made(pg::connection& target, model::rollout_id rollout,
                                          std::vector<std::string> to_empty)
{
    std::string function(sql::drop_made);
    co_await target.execute(std::move(function));
    const auto answer = co_await target.query(
        "SELECT * FROM pg_temp.tropeiro_drop_made($1::bigint, $2::text[])", rollout, to_empty);
    std::vector<undone_thing> things;
    for (const auto row : answer)
        things.push_back({row.get<std::string>("kind"), row.get<std::string>("identity"),
                          row.get<std::string>("outcome"), row.get<std::string>("why")});
    co_return things;
}

task<std::vector<changed_table>> lost_changes(pg::connection& target, const std::vector<undone_thing>& things,
                                              std::vector<changed_table> changed)
{
    std::vector<std::string> emptied;
    for (const auto& one : things)
        if (one.outcome == "emptied") emptied.push_back(one.identity);
    std::vector<std::string> names;
    for (const auto& one : changed)
        names.push_back(pg::qualified(one.table));
    const auto answer =
        co_await target.query("SELECT to_regclass(n) IS NULL OR to_regclass(n)::text = ANY ($2::text[]) "
                              "FROM unnest($1::text[]) WITH ORDINALITY AS given(n, place) ORDER BY place",
                              names, emptied);
    std::vector<changed_table> lost;
    for (std::size_t i = 0; i < changed.size(); ++i)
        if (answer[i].get<bool>(0)) lost.push_back(std::move(changed[i]));
    co_return lost;
}

} // namespace tropeiro::scheduler::undo
