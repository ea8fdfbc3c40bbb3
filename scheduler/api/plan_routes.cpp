// Plans that are only looked at.
#include "scheduler/api/planning.hpp"
#include "scheduler/api/request_json.hpp"
#include "scheduler/api/routes.hpp"

namespace tropeiro::scheduler::api {
namespace {

task<http::response> make_plan(backend& b, http::request_context c)
{
    auto request = plan_request_from(http::json_body(c.asked)).value();
    const auto made = co_await plan_for(b, std::move(request));
    co_return http::json_response(plan::to_json(made.what));
}

} // namespace

std::vector<http::route> plan_routes(backend& with)
{
    return {route_to(with, "POST", "/v1/plans", make_plan)};
}

} // namespace tropeiro::scheduler::api
