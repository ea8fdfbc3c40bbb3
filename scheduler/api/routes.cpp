#include "scheduler/api/routes.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::scheduler::api {

http::router make_router(backend& with)
{
    http::router router;
    for (auto* part :
         {&setup_routes, &module_routes, &tenant_routes, &plan_routes, &rollout_routes, &undo_routes,
          &job_routes, &worker_routes, &limit_routes, &data_routes, &survey_routes})
        router.add(part(with));
    return router;
}

http::route route_to(backend& with, std::string method, std::string pattern, handler_function handle,
                     http::access who)
{
    http::route row;
    row.method = std::move(method);
    row.pattern = std::move(pattern);
    row.handle = [&with, handle](http::request_context c) { return handle(with, std::move(c)); };
    row.who = who;
    return row;
}

std::int64_t number_in_path(const http::request_context& c, const std::string& name)
{
    const auto& text = c.path(name);
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || end != text.data() + text.size() || value < 1)
        throw failure(error_kind::usage, fmt::format("\"{}\" is no number of a rollout or job", text));
    return value;
}

} // namespace tropeiro::scheduler::api
