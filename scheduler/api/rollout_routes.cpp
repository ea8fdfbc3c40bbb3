// Rollouts: start, look, order about.
#include "scheduler/api/planning.hpp"
#include "scheduler/api/record_json.hpp"
#include "scheduler/api/request_json.hpp"
#include "scheduler/api/routes.hpp"
#include "scheduler/store/checks.hpp"
#include "scheduler/store/progress.hpp"
#include "scheduler/store/rollouts.hpp"
#include "shared/log/log.hpp"

#include <boost/json.hpp>

#include <map>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

model::rollout_id id_of(const http::request_context& c) { return model::rollout_id(number_in_path(c, "id")); }

/// A plan that needs no job is an answer, not a rollout.
task<http::response> start_rollout(backend& b, http::request_context c)
{
    auto request = plan_request_from(http::json_body(c.asked)).value();
    const auto asked = to_json(request);
    auto made = co_await plan_for(b, std::move(request));
    refuse_when_blocked(made.what);
    json::object out;
    out["plan"] = summary_of(made.what);
    out["nothing_to_do"] = made.what.jobs.empty();
    out["rollout"] = nullptr;
    if (made.what.jobs.empty()) co_return http::json_response(out);

    auto* service = co_await b.scheduler();
    std::optional<dispatch::held_snapshot> snapshot;
    if (made.what.needs_snapshot) snapshot.emplace(std::move(made.snapshot));
    const auto id = co_await service->submit(std::move(made.what), asked, std::move(snapshot));
    auto control = co_await b.control();
    const auto stored = co_await store::get_rollout(control.get(), id);
    out["rollout"] = to_json(stored);
    co_return http::json_response(out, 201);
}

task<http::response> list_rollouts(backend& b, http::request_context)
{
    auto control = co_await b.control();
    const auto rollouts = co_await store::list_rollouts(control.get());
    co_return http::json_response(items_json(rollouts));
}

/// Adds what running jobs have reported to their heartbeats; without a queue the finished jobs' figures
/// stand.
task<> add_live_figures(backend& b, pg::connection& control, std::vector<store::city_progress>& cities)
{
    std::vector<model::job_id> ids;
    std::vector<store::city_progress*> owner;
    for (auto& city : cities)
        for (const auto id : city.running_jobs) {
            ids.emplace_back(id);
            owner.push_back(&city);
        }
    if (ids.empty()) co_return;
    try {
        auto* queue = co_await b.queue(control);
        if (!queue) co_return;
        const auto views = co_await queue->views(std::move(ids));
        for (std::size_t i = 0; i < views.size() && i < owner.size(); ++i) {
            if (!views[i]) continue;
            owner[i]->rows += views[i]->progress.rows;
            owner[i]->bytes += views[i]->progress.bytes;
        }
    } catch (const failure& e) {
        log::debug("no live figures from the queue", {{"error", e.what()}});
    }
}

task<http::response> show_rollout(backend& b, http::request_context c)
{
    auto control = co_await b.control();
    const auto rollout = co_await store::get_rollout(control.get(), id_of(c));
    auto cities = co_await store::rollout_progress(control.get(), rollout.id);
    co_await add_live_figures(b, control.get(), cities);
    json::array tenants;
    for (const auto& city : cities)
        tenants.push_back(to_json(city));
    json::object out;
    out["rollout"] = to_json(rollout);
    out["jobs"] = to_json(rollout.jobs);
    out["tenants"] = std::move(tenants);
    const auto quarantined = co_await store::rollout_quarantine(control.get(), rollout.id);
    out["quarantined"] = to_json(quarantined);
    const auto moments = co_await store::rollout_moments(control.get(), rollout.id);
    out["moments"] = to_json(moments);
    co_return http::json_response(out);
}

task<http::response> show_outcome(backend& b, http::request_context c)
{
    auto control = co_await b.control();
    const auto rollout = co_await store::get_rollout(control.get(), id_of(c));
    const auto cities = co_await store::rollout_outcome(control.get(), rollout.id);
    const auto quarantined = co_await store::rollout_quarantine(control.get(), rollout.id);
    auto out = items_json(cities);
    out.as_object()["quarantined"] = to_json(quarantined);
    out.as_object()["rollout"] = to_json(rollout);
    const auto moments = co_await store::rollout_moments(control.get(), rollout.id);
    out.as_object()["moments"] = to_json(moments);
    const auto checks = co_await store::rollout_checks(control.get(), rollout.id);
    json::array found;
    for (const auto& check : checks)
        found.push_back(to_json(check));
    out.as_object()["checks"] = std::move(found);
    co_return http::json_response(out);
}

void tell(backend& b, model::rollout_id id)
{
    if (auto* service = b.running_scheduler()) service->notify(id);
}

/// {"max_failures": "10"} of a resume; most orders have no body.
std::optional<plan::failure_budget> budget_in(const http::request_context& c)
{
    if (c.asked.body.empty()) return std::nullopt;
    const auto body = http::json_body(c.asked);
    const auto* given = body.is_object() ? body.as_object().if_contains("max_failures") : nullptr;
    if (!given || given->is_null()) return std::nullopt;
    if (!given->is_string())
        throw failure(error_kind::usage, "\"max_failures\" must be a text: \"3\" or \"5%\"");
    return plan::parse_failure_budget(given->as_string()).value();
}

task<http::response> order(backend& b, http::request_context c, model::rollout_state asked)
{
    const auto budget = budget_in(c);
    auto control = co_await b.control();
    const auto rollout = co_await store::ask_rollout(control.get(), id_of(c), asked, budget);
    tell(b, rollout.id);
    json::object out;
    out["rollout"] = to_json(rollout);
    co_return http::json_response(out);
}

task<http::response> pause(backend& b, http::request_context c)
{
    return order(b, std::move(c), model::rollout_state::paused);
}
task<http::response> resume(backend& b, http::request_context c)
{
    return order(b, std::move(c), model::rollout_state::running);
}
task<http::response> cancel(backend& b, http::request_context c)
{
    return order(b, std::move(c), model::rollout_state::cancelled);
}

task<http::response> retry(backend& b, http::request_context c)
{
    auto control = co_await b.control();
    const auto id = id_of(c);
    const auto jobs = co_await store::retry_rollout(control.get(), id);
    tell(b, id);
    const auto rollout = co_await store::get_rollout(control.get(), id);
    json::object out;
    out["rollout"] = to_json(rollout);
    out["retried"] = jobs;
    co_return http::json_response(out);
}

} // namespace

std::vector<http::route> rollout_routes(backend& with)
{
    return {
        route_to(with, "POST", "/v1/rollouts", start_rollout),
        route_to(with, "GET", "/v1/rollouts", list_rollouts),
        route_to(with, "GET", "/v1/rollouts/{id}", show_rollout),
        route_to(with, "GET", "/v1/rollouts/{id}/outcome", show_outcome),
        route_to(with, "POST", "/v1/rollouts/{id}/pause", pause),
        route_to(with, "POST", "/v1/rollouts/{id}/resume", resume),
        route_to(with, "POST", "/v1/rollouts/{id}/cancel", cancel),
        route_to(with, "POST", "/v1/rollouts/{id}/retry", retry),
    };
}

} // namespace tropeiro::scheduler::api
