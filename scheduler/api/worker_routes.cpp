// Workers that gave a sign of life to the queue. Without a queue: those that hold a running job.
#include "scheduler/api/record_json.hpp"
#include "scheduler/api/routes.hpp"
#include "scheduler/store/jobs.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

task<json::array> from_control(pg::connection& control)
{
    store::job_filter filter;
    filter.state = model::job_state::running;
    filter.limit = 10'000;
    const auto running = co_await store::list_jobs(control, std::move(filter));
    std::map<std::string, std::int64_t> jobs;
    for (const auto& job : running)
        ++jobs[job.owner.value_or("unknown")];
    json::array items;
    for (const auto& [name, count] : jobs) {
        json::object one;
        one["name"] = name;
        one["jobs"] = count;
        items.push_back(std::move(one));
    }
    co_return items;
}

task<http::response> list_workers(backend& b, http::request_context)
{
    auto control = co_await b.control();
    auto* queue = co_await b.queue(control.get());
    json::object out;
    if (!queue) {
        auto holders = co_await from_control(control.get());
        out["items"] = std::move(holders);
        out["note"] = "no queue can be asked from here: these are the workers that hold a job";
        co_return http::json_response(out);
    }
    const auto workers = co_await queue->workers();
    const auto active = co_await queue->active();
    json::array items;
    for (const auto& worker : workers) {
        auto one = to_json(worker);
        one.as_object()["jobs"] = std::count_if(active.begin(), active.end(),
                                                [&](const auto& job) { return job.owner == worker.name; });
        items.push_back(std::move(one));
    }
    out["items"] = std::move(items);
    co_return http::json_response(out);
}

task<http::response> drain_worker(backend& b, http::request_context c)
{
    const auto name = c.path("name");
    auto control = co_await b.control();
    auto* queue = co_await b.queue(control.get());
    if (!queue)
        throw failure(
            error_kind::conflict, "no queue can be asked from here",
            "workers of a command that runs elsewhere end with that command; set REDIS_URL or server.url to "
            "reach a fleet");
    const auto workers = co_await queue->workers();
    const bool known = name == "*" || std::any_of(workers.begin(), workers.end(),
                                                  [&](const auto& w) { return w.name == name; });
    if (!known)
        throw failure(error_kind::not_found, fmt::format("there is no worker \"{}\"", name),
                      "see: tropeiro worker list; or \"*\" for all");
    co_await queue->drain(name);
    json::object out;
    out["drained"] = name;
    co_return http::json_response(out);
}

} // namespace

std::vector<http::route> worker_routes(backend& with)
{
    return {
        route_to(with, "GET", "/v1/workers", list_workers),
        route_to(with, "POST", "/v1/workers/{name}/drain", drain_worker),
    };
}

} // namespace tropeiro::scheduler::api
