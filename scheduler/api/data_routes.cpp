// Checks of the data that stands in the tenants' databases.
#include "scheduler/api/field_reader.hpp"
#include "scheduler/api/planning.hpp"
#include "scheduler/api/record_json.hpp"
#include "scheduler/api/request_json.hpp"
#include "scheduler/api/routes.hpp"
#include "scheduler/store/checks.hpp"
#include "scheduler/store/rollouts.hpp"
#include "shared/tenancy/registry.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

struct check_request {
    std::vector<std::string> tenants;
    plan::table_choice which;
    bool source = false;
    bool repair = false;
};

result<check_request> check_request_from(const json::value& body)
{
    const auto* fields = body.if_object();
    if (!fields) return wrong_request("the request must be a JSON object");
    const std::vector<std::string> names{"tenants", "modules", "tables", "source", "repair", "print"};
    if (auto fault = unknown_field(*fields, names, "a check")) return *fault;
    check_request request;
    field_reader read(*fields);
    read.words("tenants", request.tenants);
    read.flag("source", request.source);
    read.flag("repair", request.repair);
    if (read.fault) return *read.fault;
    if (request.tenants.empty()) return wrong_request("no tenant is named", "name one or more, or \"all\"");
    auto chosen = table_choice_from(*fields);
    if (!chosen) return chosen.error();
    request.which = std::move(*chosen);
    request.source = request.source || request.repair;
    return request;
}

std::set<model::table_name> wanted_tables(const check_request& request, const model::module_map& modules)
{
    std::set<model::table_name> wanted(request.which.tables.begin(), request.which.tables.end());
    if (request.which.modules.empty()) return wanted;
    const auto chosen = modules.select(request.which.modules).value();
    for (const auto& module : chosen)
        wanted.insert(module.tables.begin(), module.tables.end());
    return wanted;
}

/// What was asked for must be there: a check of nothing would say that all is well.
void refuse_nothing(const check_request& request, const std::vector<plan::checkable_table>& tables)
{
    for (const auto& table : request.which.tables)
        if (std::none_of(tables.begin(), tables.end(), [&](const auto& t) { return t.item.table == table; }))
            throw failure(
                error_kind::not_found,
                fmt::format("table {} was not copied into any of these cities", model::to_string(table)));
    if (tables.empty())
        throw failure(
            error_kind::not_found,
            fmt::format("nothing that was asked for was copied into {}", text::join(request.tenants, ", ")),
            "checks are for tables that tropeiro has brought: see `tropeiro rollout list`");
    for (const auto& slug : request.tenants) {
        const bool named = slug == "all" || std::any_of(tables.begin(), tables.end(),
                                                        [&](const auto& t) { return t.tenant.slug == slug; });
        if (!named)
            throw failure(error_kind::not_found, fmt::format("nothing was copied into {}", slug),
                          "leave it out, or provision it first");
    }
}

task<std::vector<plan::checkable_table>> choose_tables(backend& b, check_request request)
{
    auto control = co_await b.control();
    const auto cities = co_await b.cities(control.get());
    const auto known = co_await tenancy::list_tenants(control.get(), cities);
    plan::plan_request of;
    of.tenants = request.tenants;
    const auto tenants = tenants_of(of, known, {}); // the legacy city is one of all
    auto tables = co_await store::checkable_tables(control.get(), tenants);
    const auto wanted = wanted_tables(request, b.workspace().modules);
    if (!wanted.empty()) std::erase_if(tables, [&](const auto& t) { return !wanted.contains(t.item.table); });
    refuse_nothing(request, tables);
    co_return tables;
}

std::string title_of(const check_request& request)
{
    const auto whom = name_tenants(request.tenants);
    if (request.repair) return "repair " + whom + " from the source";
    return "verify " + whom + (request.source ? " against the source" : " by receipt");
}

task<http::response> start_check(backend& b, http::request_context c)
{
    const auto asked = http::json_body(c.asked);
    const auto request = check_request_from(asked).value();
    const auto tables = co_await choose_tables(b, request);
    plan::check_options options;
    options.source = request.source;
    options.repair = request.repair;
    auto what = plan::make_check_plan(tables, options);
    what.title = title_of(request);
    what.source_server = b.source_dsn().server();
    what.target_server = b.target_admin_dsn().server();
    auto* service = co_await b.scheduler();
    const auto id = co_await service->submit(std::move(what), asked, std::nullopt);
    auto control = co_await b.control();
    const auto stored = co_await store::get_rollout(control.get(), id);
    json::object out;
    out["rollout"] = to_json(stored);
    co_return http::json_response(out, 201);
}

} // namespace

std::vector<http::route> data_routes(backend& with)
{
    return {route_to(with, "POST", "/v1/data/checks", start_check)};
}

} // namespace tropeiro::scheduler::api
