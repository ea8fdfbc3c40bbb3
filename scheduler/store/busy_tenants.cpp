#include "scheduler/store/busy_tenants.hpp"

#include "scheduler/store/sql_text.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

constexpr auto take_turn = "SELECT pg_advisory_xact_lock(hashtext('tropeiro.busy_tenants'))";

std::string names_of(const pg::rows& cities)
{
    const auto first = cities[0].get<std::string>("city");
    return cities.size() > 1 ? fmt::format("{} and {} more", first, cities.size() - 1) : first;
}

task<> refuse_half_undone(pg::connection& control, const std::vector<std::string>& slugs)
{
    const auto found = co_await control.query(sql::undo_unfinished, slugs);
    if (found.empty()) co_return;
    const auto city = found[0].get<std::string>("city");
    const auto rollout = found[0].get<std::int64_t>("rollout");
    throw failure(error_kind::conflict,
                  fmt::format("rollout {} is being undone for {}", rollout, names_of(found)),
                  fmt::format("finish it: tropeiro rollout undo {} --tenant {}", rollout, city));
}

} // namespace

task<> take_turn_of_cities(pg::connection& control) { co_await control.query(take_turn); }

task<> refuse_busy_tenants(pg::connection& control, std::vector<std::string> slugs)
{
    co_await take_turn_of_cities(control);
    co_await refuse_half_undone(control, slugs);
    const auto busy = co_await control.query(sql::busy_tenants, slugs);
    if (busy.empty()) co_return;
    const auto rollout = busy[0].get<std::int64_t>("rollout");
    throw failure(
        error_kind::conflict, fmt::format("rollout {} is at work on {}", rollout, names_of(busy)),
        fmt::format("go on with it: tropeiro rollout watch {0}; or give it up: tropeiro rollout cancel {0}",
                    rollout));
}

task<> refuse_overtaken_tenants(pg::connection& control, model::rollout_id rollout)
{
    co_await take_turn_of_cities(control);
    const auto newer = co_await control.query(sql::overtaken_tenants, rollout);
    if (newer.empty()) co_return;
    throw failure(error_kind::conflict,
                  fmt::format("rollout {} is newer and has worked on {}",
                              newer[0].get<std::int64_t>("rollout"), names_of(newer)),
                  "start a new rollout: what has arrived is not copied again");
}

} // namespace tropeiro::scheduler::store
