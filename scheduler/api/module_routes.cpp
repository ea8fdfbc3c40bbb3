// The modules of the workspace file and which tenants have them.
#include "scheduler/api/record_json.hpp"
#include "scheduler/api/routes.hpp"
#include "shared/base/text.hpp"
#include "shared/tenancy/control_schema.hpp"
#include "shared/tenancy/registry.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

/// Modules are configuration: they can be listed before there is a control database, without who has them.
task<std::vector<model::tenant>> tenants_if_known(backend& b, std::string& note)
{
    std::vector<model::tenant> tenants;
    try {
        auto control = co_await b.control();
        const auto cities = co_await b.cities(control.get());
        tenants = co_await tenancy::list_tenants(control.get(), cities);
    } catch (const failure& e) {
        note = e.what();
    }
    co_return tenants;
}

task<http::response> list_modules(backend& b, http::request_context)
{
    std::string note;
    const auto tenants = co_await tenants_if_known(b, note);
    json::array items;
    for (const auto& module : b.workspace().modules.modules())
        items.push_back(to_json(module, tenants));
    json::object out;
    out["items"] = std::move(items);
    if (!note.empty()) out["note"] = "where they are enabled is not known: " + note;
    co_return http::json_response(out);
}

task<http::response> show_module(backend& b, http::request_context c)
{
    const auto name = c.path("name");
    const auto* module = b.workspace().modules.find(name);
    if (!module) {
        std::vector<std::string> known;
        for (const auto& one : b.workspace().modules.modules())
            known.push_back(one.name);
        const auto near = text::nearest(name, known);
        throw failure(error_kind::not_found, fmt::format("there is no module \"{}\"", name),
                      near ? fmt::format("did you mean \"{}\"?", *near)
                           : "the modules are: " + text::join(known, ", "));
    }
    std::string note;
    const auto tenants = co_await tenants_if_known(b, note);
    auto out = to_json(*module, tenants);
    if (!note.empty()) out.as_object()["note"] = "where it is enabled is not known: " + note;
    co_return http::json_response(out);
}

} // namespace

std::vector<http::route> module_routes(backend& with)
{
    return {
        route_to(with, "GET", "/v1/modules", list_modules),
        route_to(with, "GET", "/v1/modules/{name}", show_module),
    };
}

} // namespace tropeiro::scheduler::api
