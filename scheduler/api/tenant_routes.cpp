// The tenants: those of the registry and those that stand in the cities table only.
#include "scheduler/api/record_json.hpp"
#include "scheduler/api/routes.hpp"
#include "shared/tenancy/module_log.hpp"
#include "shared/tenancy/registry.hpp"

#include <boost/json.hpp>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

constexpr std::size_t most_log_lines = 200; // of a tenant, the newest

task<http::response> list_tenants(backend& b, http::request_context)
{
    auto control = co_await b.control();
    const auto cities = co_await b.cities(control.get());
    const auto sync = co_await tenancy::register_cities(control.get(), cities);
    const auto tenants = co_await tenancy::list_tenants(control.get(), cities);
    auto out = items_json(tenants);
    out.as_object()["conflicts"] = json::array(sync.conflicts.begin(), sync.conflicts.end());
    co_return http::json_response(out);
}

std::string member(const json::value& body, std::string_view name)
{
    const auto* value = body.is_object() ? body.as_object().if_contains(name) : nullptr;
    if (!value || value->is_null()) return {};
    if (!value->is_string()) throw failure(error_kind::usage, std::string(name) + " must be a text");
    return std::string(value->as_string());
}

task<http::response> add_tenant(backend& b, http::request_context c)
{
    const auto body = http::json_body(c.asked);
    tenancy::new_tenant wanted;
    wanted.slug = member(body, "slug");
    wanted.name = member(body, "name");
    wanted.email = member(body, "email");
    if (wanted.name.empty()) wanted.name = wanted.slug;
    auto control = co_await b.control();
    const auto cities = co_await b.cities(control.get());
    const auto added = co_await tenancy::add_tenant(control.get(), cities, std::move(wanted));
    co_return http::json_response(to_json(added), 201);
}

json::value to_json(const tenancy::module_log_line& line)
{
    json::object out;
    out["module"] = line.module_name;
    out["table"] = line.table_name ? json::value(*line.table_name) : json::value();
    out["status"] = line.status;
    out["action"] = line.action;
    out["rollout"] = line.rollout ? json::value(*line.rollout) : json::value();
    out["rows"] = line.rows ? json::value(*line.rows) : json::value();
    out["bytes"] = line.bytes ? json::value(*line.bytes) : json::value();
    out["error"] = line.error ? json::value(*line.error) : json::value();
    out["at"] = line.at;
    return out;
}

task<http::response> show_tenant(backend& b, http::request_context c)
{
    auto control = co_await b.control();
    const auto cities = co_await b.cities(control.get());
    const auto tenant = co_await tenancy::require_tenant(control.get(), cities, c.path("slug"));
    tenancy::module_log_filter filter;
    filter.tenant_slug = tenant.slug;
    filter.limit = most_log_lines + 1; // one more tells that there are more
    auto lines = co_await tenancy::read_module_log(control.get(), std::move(filter));
    const bool cut = lines.size() > most_log_lines;
    if (cut) lines.resize(most_log_lines);
    json::array log;
    for (const auto& line : lines)
        log.push_back(to_json(line));
    auto out = api::to_json(tenant);
    out.as_object()["log"] = std::move(log);
    out.as_object()["log_is_cut"] = cut; // older lines are in public.tenant_module_log
    co_return http::json_response(out);
}

} // namespace

std::vector<http::route> tenant_routes(backend& with)
{
    return {
        route_to(with, "GET", "/v1/tenants", list_tenants),
        route_to(with, "POST", "/v1/tenants", add_tenant),
        route_to(with, "GET", "/v1/tenants/{slug}", show_tenant),
    };
}

} // namespace tropeiro::scheduler::api
