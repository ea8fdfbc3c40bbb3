// Jobs: list, show, why, retry.
#include "scheduler/api/job_reason.hpp"
#include "scheduler/api/record_json.hpp"
#include "scheduler/api/routes.hpp"
#include "scheduler/store/jobs.hpp"
#include "scheduler/store/rollouts.hpp"
#include "shared/log/log.hpp"
#include "shared/queue/why.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> number_asked(const http::request& asked, const std::string& name)
{
    const auto text = asked.parameter(name);
    if (text.empty()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status == std::errc{} && end == text.data() + text.size() && value >= 0) return value;
    throw failure(error_kind::usage, fmt::format("{}={}: a whole number is wanted", name, text));
}

store::job_filter filter_from(const http::request& asked)
{
    store::job_filter filter;
    if (const auto rollout = number_asked(asked, "rollout")) filter.rollout = model::rollout_id(*rollout);
    if (const auto state = asked.parameter("state"); !state.empty()) {
        filter.state = model::job_state_from(state);
        if (!filter.state)
            throw failure(error_kind::usage, fmt::format("\"{}\" is no state of a job", state),
                          "the states are: wait, running, done, dead, cancelled");
    }
    filter.city = asked.parameter("tenant");
    filter.after = number_asked(asked, "after").value_or(0);
    filter.limit = std::clamp<std::int64_t>(number_asked(asked, "limit").value_or(filter.limit), 1, 10'000);
    return filter;
}

task<http::response> list_jobs(backend& b, http::request_context c)
{
    auto filter = filter_from(c.asked);
    const auto limit = filter.limit;
    auto control = co_await b.control();
    const auto jobs = co_await store::list_jobs(control.get(), std::move(filter));
    auto out = items_json(jobs);
    const bool more = static_cast<std::int64_t>(jobs.size()) == limit;
    out.as_object()["next_after"] = more ? json::value(jobs.back().id.value) : json::value();
    co_return http::json_response(out);
}

task<http::response> show_job(backend& b, http::request_context c)
{
    const model::job_id id(number_in_path(c, "id"));
    auto control = co_await b.control();
    const auto job = co_await store::get_job(control.get(), id);
    auto out = to_json(job);
    auto spec = co_await store::get_job_spec(control.get(), id);
    out.as_object()["spec"] = std::move(spec);
    co_return http::json_response(out);
}

task<std::vector<store::job_record>> open_dependencies(pg::connection& control, const store::job_record& job)
{
    std::vector<store::job_record> open;
    for (const auto id : job.depends_on) {
        auto dependency = co_await store::get_job(control, model::job_id(id));
        if (dependency.state != model::job_state::done) open.push_back(std::move(dependency));
    }
    co_return open;
}

/// What the queue says; nothing when there is none, or none that can be asked.
task<std::string> reason_from_queue(backend& b, pg::connection& control, model::job_id id)
{
    std::string reason;
    try {
        auto* queue = co_await b.queue(control);
        if (!queue) co_return reason;
        const auto facts = co_await queue->why(id);
        if (facts) reason = queue::reason(*facts);
    } catch (const failure& e) {
        log::debug("the queue cannot be asked why", {{"job", id}, {"error", e.what()}});
    }
    co_return reason;
}

task<http::response> why_job(backend& b, http::request_context c)
{
    const model::job_id id(number_in_path(c, "id"));
    auto control = co_await b.control();
    const auto job = co_await store::get_job(control.get(), id);
    const auto rollout = co_await store::get_rollout(control.get(), job.rollout);
    const auto open = co_await open_dependencies(control.get(), job);
    json::object out;
    out["job"] = to_json(job);
    out["reason"] = reason_from_records(job, rollout, open);
    out["from"] = "control";
    if (!settled_by_records(job, rollout, open)) {
        const auto reason = co_await reason_from_queue(b, control.get(), id);
        if (!reason.empty()) {
            out["reason"] = reason;
            out["from"] = "queue";
        }
    }
    json::array waiting;
    for (const auto& one : open)
        waiting.push_back(to_json(one));
    out["waits_for"] = std::move(waiting);
    co_return http::json_response(out);
}

task<http::response> retry_job(backend& b, http::request_context c)
{
    const model::job_id id(number_in_path(c, "id"));
    auto control = co_await b.control();
    const auto job = co_await store::retry_job(control.get(), id);
    if (auto* service = b.running_scheduler()) service->notify(job.rollout);
    co_return http::json_response(to_json(job));
}

} // namespace

std::vector<http::route> job_routes(backend& with)
{
    return {
        route_to(with, "GET", "/v1/jobs", list_jobs),
        route_to(with, "GET", "/v1/jobs/{id}", show_job),
        route_to(with, "GET", "/v1/jobs/{id}/why", why_job),
        route_to(with, "POST", "/v1/jobs/{id}/retry", retry_job),
    };
}

} // namespace tropeiro::scheduler::api
