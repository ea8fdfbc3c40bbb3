// health, init and check: what one asks before anything else works.
#include "scheduler/api/connection_check.hpp"
#include "scheduler/api/routes.hpp"
#include "shared/rt/task_group.hpp"
#include "shared/tenancy/control_schema.hpp"
#include "shared/tenancy/registry.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

task<http::response> health(backend& b, http::request_context)
{
    const auto* service = b.running_scheduler();
    json::object out;
    out["ok"] = true;
    out["version"] = "0.1.0";
    out["dispatching"] = service != nullptr;
    out["leading"] = service && service->leading();
    co_return http::json_response(out);
}

json::array array_of(const std::vector<std::string>& words)
{
    return json::array(words.begin(), words.end());
}

task<http::response> init(backend& b, http::request_context c)
{
    bool with_cities = false;
    if (!c.asked.body.empty()) {
        const auto body = http::json_body(c.asked);
        const auto* flag = body.is_object() ? body.as_object().if_contains("with_cities") : nullptr;
        with_cities = flag && flag->is_bool() && flag->as_bool();
    }
    auto control = co_await b.bare_control();
    const auto done =
        co_await tenancy::install_control_schema(control.get(), with_cities, b.workspace().control.cities);
    const auto cities = co_await b.cities(control.get());
    const auto sync = co_await tenancy::register_cities(control.get(), cities);
    json::object out;
    out["database"] = b.control_dsn().where();
    out["version"] = done.version;
    out["applied"] = array_of(done.applied);
    out["cities"] = done.cities_bound ? json::value(model::to_string(cities.name())) : json::value();
    out["cities_created"] = done.cities_created;
    out["tenants_added"] = array_of(sync.added);
    out["tenants_renamed"] = array_of(sync.renamed);
    out["conflicts"] = array_of(sync.conflicts);
    co_return http::json_response(out);
}

/// The servers that the workspace names; what is not configured is an answer too.
struct to_try {
    std::vector<connection_to_check> servers;
    json::array missing;
};

to_try configured_servers(const config::workspace& workspace)
{
    to_try out;
    const auto add = [&](std::string name, connection_role role, const result<config::named_secret>& url) {
        if (!url) {
            out.missing.push_back(not_configured(std::move(name), url.error()));
            return;
        }
        auto where = pg::parse_dsn(url->value.reveal(), url->variable);
        if (!where) {
            out.missing.push_back(not_configured(std::move(name), where.error()));
            return;
        }
        connection_to_check one;
        one.name = std::move(name);
        one.variable = url->variable;
        one.role = role;
        one.where = std::move(*where);
        out.servers.push_back(std::move(one));
    };
    add("control", connection_role::control, workspace.control_url());
    add("source", connection_role::source, workspace.source_url());
    add("target admin", connection_role::target_admin, workspace.target_admin_url());
    return out;
}

/// Databases of provisioned tenants; none while the control schema is not there.
task<std::vector<connection_to_check>> tenant_databases(backend& b)
{
    std::vector<connection_to_check> out;
    if (!b.workspace().target_admin_url()) co_return out;
    try {
        auto control = co_await b.control();
        const auto cities = co_await b.cities(control.get());
        const auto tenants = co_await tenancy::list_tenants(control.get(), cities);
        for (const auto& tenant : tenants) {
            if (tenant.database.empty()) continue;
            connection_to_check one;
            one.name = "tenant " + tenant.slug;
            one.role = connection_role::tenant;
            one.where = b.target_admin_dsn().with_database(tenant.database);
            out.push_back(std::move(one));
        }
    } catch (const failure&) {
        // The control server's own line says what is wrong with it.
    }
    co_return out;
}

task<> check_some(std::shared_ptr<std::vector<connection_to_check>> servers,
                  std::shared_ptr<std::vector<json::value>> answers, std::shared_ptr<std::size_t> next)
{
    while (*next < servers->size()) {
        const auto mine = (*next)++;
        auto what = (*servers)[mine];
        (*answers)[mine] = co_await check_connection(std::move(what));
    }
}

task<http::response> check(backend& b, http::request_context)
{
    constexpr std::size_t at_once = 8;
    auto plan = configured_servers(b.workspace());
    auto tenants = co_await tenant_databases(b);
    std::move(tenants.begin(), tenants.end(), std::back_inserter(plan.servers));
    auto servers = std::make_shared<std::vector<connection_to_check>>(std::move(plan.servers));
    auto answers = std::make_shared<std::vector<json::value>>(servers->size());
    auto next = std::make_shared<std::size_t>(0);
    const std::function<task<>(rt::task_group&)> body = [=](rt::task_group& group) -> task<> {
        for (std::size_t i = 0; i < at_once; ++i)
            group.spawn(check_some(servers, answers, next), "check");
        co_return;
    };
    co_await rt::task_group::run(body);

    json::array items(answers->begin(), answers->end());
    for (auto& missing : plan.missing)
        items.push_back(std::move(missing));
    if (const auto url = b.workspace().redis_url()) {
        const auto where = redis::parse_url(url->value.reveal(), url->variable);
        if (where) {
            auto answer = co_await check_redis(*where, url->variable);
            items.push_back(std::move(answer));
        } else {
            items.push_back(not_configured("redis", where.error()));
        }
    }
    const bool ok = std::all_of(items.begin(), items.end(),
                                [](const json::value& one) { return one.at("ok").as_bool(); });
    json::object out;
    out["ok"] = ok;
    out["items"] = std::move(items);
    out["neon_project_id"] = b.workspace().neon_project_id();
    co_return http::json_response(out);
}

} // namespace

std::vector<http::route> setup_routes(backend& with)
{
    return {
        route_to(with, "GET", "/v1/health", health, http::access::open),
        route_to(with, "POST", "/v1/init", init),
        route_to(with, "POST", "/v1/check", check),
    };
}

} // namespace tropeiro::scheduler::api
