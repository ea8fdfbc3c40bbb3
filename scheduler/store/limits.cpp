#include "scheduler/store/limits.hpp"

#include "scheduler/store/sql_text.hpp"
#include "shared/base/error.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

bool is_resource(const std::string& text)
{
    if (text == "*") return true;
    return text.size() > 2 && (text.starts_with("s:") || text.starts_with("t:") || text.starts_with("c:"));
}

limits limits_from(const pg::rows& answer)
{
    limits found;
    for (const auto row : answer)
        found[row.get<std::string>("resource")] = row.get<std::int64_t>("slots");
    return found;
}

} // namespace

task<limits> read_limits(pg::connection& control)
{
    const auto answer = co_await control.query("SELECT resource, slots FROM tropeiro.connection_limit");
    co_return limits_from(answer);
}

task<limits> read_planned_slots(pg::connection& control)
{
    const auto answer = co_await control.query(sql::rollout_slots);
    co_return limits_from(answer);
}

task<> write_limit(pg::connection& control, std::string resource, std::optional<std::int64_t> slots)
{
    if (!is_resource(resource))
        throw failure(error_kind::usage, fmt::format("\"{}\" is not a resource", resource),
                      "s:HOST:PORT for a source, t:HOST:PORT for a target, c:SLUG for a city; "
                      "s:*, t:* or c:* for all of a kind, * for all");
    if (slots && (*slots < 0 || *slots > 100'000))
        throw failure(error_kind::usage, fmt::format("{} is no number of jobs", *slots),
                      "0 pauses the resource");
    if (!slots) {
        co_await control.query("DELETE FROM tropeiro.connection_limit WHERE resource = $1", resource);
        co_return;
    }
    co_await control.query("INSERT INTO tropeiro.connection_limit (resource, slots) VALUES ($1, $2) "
                           "ON CONFLICT (resource) DO UPDATE SET slots = EXCLUDED.slots",
                           resource, *slots);
}

} // namespace tropeiro::scheduler::store
