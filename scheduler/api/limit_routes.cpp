// Limits: how many jobs may use a server at once, who said so, and how many do.
#include "scheduler/api/routes.hpp"
#include "scheduler/dispatch/limits_in_force.hpp"
#include "scheduler/store/limits.hpp"
#include "scheduler/store/rollouts.hpp"
#include "shared/log/log.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

struct limit_line {
    std::int64_t slots = 0;
    std::string set_by; // workspace, operator, plan, default
    std::int64_t used = 0;
    std::int64_t parked = 0;
};
using limit_lines = std::map<std::string, limit_line>;

task<limit_lines> in_force(backend& b, pg::connection& control)
{
    const auto limits = co_await dispatch::read_limits_in_force(control, b.workspace().limits);
    limit_lines lines;
    for (const auto& [resource, limit] : limits)
        lines[resource] = {limit.slots, limit.set_by, 0, 0};
    co_return lines;
}

/// An error when nobody here can tell.
task<result<>> add_use(backend& b, pg::connection& control, limit_lines& lines)
{
    try {
        auto* queue = co_await b.queue(control);
        if (!queue) {
            const auto unfinished = co_await store::unfinished_rollouts(control);
            if (unfinished.empty()) co_return result<>();
            co_return error{error_kind::unreachable,
                            "REDIS_URL is not set here; a command may have a Redis of its own",
                            {}};
        }
        const auto views = co_await queue->limits();
        for (const auto& view : views) {
            const auto [line, added] = lines.try_emplace(view.resource);
            if (added) line->second = {view.effective.value_or(lines["*"].slots), "default", 0, 0};
            line->second.used = view.used;
            line->second.parked = view.parked;
        }
        co_return result<>();
    } catch (const failure& e) {
        log::debug("the queue cannot be asked for its limits", {{"error", e.what()}});
        co_return e.what_went_wrong();
    }
}

task<http::response> list_limits(backend& b, http::request_context)
{
    auto control = co_await b.control();
    auto lines = co_await in_force(b, control.get());
    const auto asked = co_await add_use(b, control.get(), lines);
    json::array items;
    for (const auto& [resource, line] : lines) {
        json::object one;
        one["resource"] = resource;
        one["slots"] = line.slots;
        one["set_by"] = line.set_by;
        one["used"] = asked ? json::value(line.used) : json::value();
        one["parked"] = asked ? json::value(line.parked) : json::value();
        items.push_back(std::move(one));
    }
    json::object out;
    out["items"] = std::move(items);
    if (!asked) out["note"] = "how many are in use is not known: " + asked.error().message;
    co_return http::json_response(out);
}

/// Without a scheduler in this process: the leader sees it in the control database at its next round,
/// wherever its Redis is. One that is known here is told at once.
task<> set_limit_beside(backend& b, std::string resource, std::optional<std::int64_t> slots)
{
    auto control = co_await b.control();
    auto* queue = co_await b.queue(control.get());
    co_await dispatch::set_limit(control.get(), queue, b.workspace().limits, std::move(resource), slots);
}

task<http::response> set_limit(backend& b, http::request_context c)
{
    const auto body = http::json_body(c.asked);
    const auto* resource = body.is_object() ? body.as_object().if_contains("resource") : nullptr;
    const auto* slots = body.is_object() ? body.as_object().if_contains("slots") : nullptr;
    if (!resource || !resource->is_string() || !slots || !(slots->is_null() || slots->is_int64()))
        throw failure(error_kind::usage, "a limit is {\"resource\": \"t:HOST:PORT\", \"slots\": 8}",
                      "slots null takes it back, 0 pauses the server");
    std::optional<std::int64_t> wanted;
    if (slots->is_int64()) wanted = slots->as_int64();
    if (wanted && *wanted < 0) throw failure(error_kind::usage, "slots must be 0 or more");
    const std::string name(resource->as_string());
    auto* service = b.running_scheduler();
    if (service)
        co_await service->set_limit(name, wanted);
    else
        co_await set_limit_beside(b, name, wanted);
    http::request_context again;
    auto answer = co_await list_limits(b, std::move(again));
    co_return answer;
}

} // namespace

std::vector<http::route> limit_routes(backend& with)
{
    return {
        route_to(with, "GET", "/v1/limits", list_limits),
        route_to(with, "PUT", "/v1/limits", set_limit),
    };
}

} // namespace tropeiro::scheduler::api
