#include "scheduler/store/undo_record.hpp"

#include "scheduler/store/busy_tenants.hpp"
#include "scheduler/store/rollouts.hpp"
#include "scheduler/store/sql_text.hpp"
#include "shared/base/text.hpp"
#include "shared/tenancy/in_transaction.hpp"
#include "shared/tenancy/publication.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

namespace json = boost::json;

/// Read as a publish specification and a verify specification, which they are parts of.
void read_tables(undoable_city& city, const pg::row& row)
{
    const auto tables = json::parse(row.get<std::string>("sent"));
    city.sent = model::spec_from_json<model::verify_spec>(json::object{{"tables", tables}}).tables;
    const auto modules = json::parse(row.get<std::string>("modules"));
    const auto publish =
        model::spec_from_json<model::publish_spec>(json::object{{"modules", modules}, {"db_url", ""}});
    for (const auto& one : publish.modules)
        city.made.insert(city.made.end(), one.tables.begin(), one.tables.end());
    const auto how = row.get<std::string>("on_existing");
    if (how == "merge") city.on_existing = model::existing_rows::merge;
    if (how == "truncate") city.on_existing = model::existing_rows::truncate;
}

void refuse_unless_undoable(const pg::row& row, model::rollout_id rollout, const std::string& slug)
{
    if (row.get<bool>("finished")) return;
    const auto unfinished = row.get<std::int64_t>("unfinished");
    if (unfinished > 0)
        throw failure(
            error_kind::conflict,
            fmt::format("rollout {} is at work on {}: {} unfinished", rollout.value, slug,
                        text::counted(unfinished, "job is", "jobs are")),
            fmt::format("cancel it first: tropeiro rollout cancel {}; or wait until the city is done",
                        rollout.value));
    if (row.get<bool>("only_checks"))
        throw failure(error_kind::refused,
                      fmt::format("rollout {} has checked {} and made nothing", rollout.value, slug),
                      "what a repair brought is part of the city's data");
    if (const auto checking = row.get<std::optional<std::int64_t>>("checking"))
        throw failure(error_kind::conflict,
                      fmt::format("rollout {} is checking the data of {}", *checking, slug),
                      fmt::format("wait for it, or cancel it: tropeiro rollout cancel {}", *checking));
    if (const auto newer = row.get<std::optional<std::int64_t>>("newer"))
        throw failure(
            error_kind::conflict,
            fmt::format("rollout {} is newer and has worked on {}: what rollout {} made is part of it by now",
                        *newer, slug, rollout.value),
            fmt::format("undo that one first: tropeiro rollout undo {} --tenant {}", *newer, slug));
    if (!row.get<bool>("recorded"))
        throw failure(error_kind::refused,
                      fmt::format("rollout {} was started by a version that kept no account of what it made",
                                  rollout.value),
                      "drop the city's database by hand, if nobody needs it");
}

task<> begin_locked(pg::connection& control, const tenancy::cities_table& cities, model::rollout_id rollout,
                    const std::string& slug)
{
    co_await take_turn_of_cities(control);
    const auto city = co_await read_undoable(control, rollout, slug);
    co_await control.query(sql::undo_begin, rollout, slug, city.tenant);
    co_await tenancy::take_back(control, cities, rollout, city.tenant, slug);
}

} // namespace

task<undoable_city> read_undoable(pg::connection& control, model::rollout_id rollout, std::string slug)
{
    const auto answer = co_await control.query(sql::undo_facts, rollout, slug);
    if (answer.empty()) {
        co_await get_rollout(control, rollout); // says so when there is none
        throw failure(error_kind::not_found, fmt::format("rollout {} has no city {}", rollout.value, slug),
                      fmt::format("its cities: tropeiro rollout status {}", rollout.value));
    }
    const auto row = answer.front();
    refuse_unless_undoable(row, rollout, slug);
    undoable_city city;
    city.rollout = rollout;
    city.slug = slug;
    city.tenant = row.get<model::tenant_id>("tenant_id");
    city.database = row.get<std::string>("database_name");
    city.template_name = row.get<std::string>("template");
    city.finished = row.get<bool>("finished");
    read_tables(city, row);
    co_return city;
}

task<> begin_undo(pg::connection& control, tenancy::cities_table cities, model::rollout_id rollout,
                  std::string slug)
{
    auto work = begin_locked(control, cities, rollout, slug);
    co_await tenancy::in_transaction(control, std::move(work));
}

task<> finish_undo(pg::connection& control, model::rollout_id rollout, std::string slug,
                   boost::json::value report)
{
    const auto text = json::serialize(report);
    co_await control.query("UPDATE tropeiro.undo SET finished_at = now(), report = $3::jsonb "
                           "WHERE rollout_id = $1 AND city = $2",
                           rollout, slug, text);
}

} // namespace tropeiro::scheduler::store
