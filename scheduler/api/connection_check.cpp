#include "scheduler/api/connection_check.hpp"

#include "scheduler/api/sql_text.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/connection.hpp"
#include "shared/pg/pooler.hpp"
#include "shared/redis/client.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

double milliseconds_since(steady::time_point start)
{
    return std::round(seconds_since(start) * 100'000) / 100;
}

granted rights_of(const pg::row& row)
{
    granted rights;
    rights.superuser = row.get<bool>("superuser");
    rights.create_database = row.get<bool>("create_database");
    rights.create_role = row.get<bool>("create_role");
    rights.bypass_row_security = row.get<bool>("bypass_row_security");
    rights.create_in_database = row.get<bool>("create_in_database");
    return rights;
}

json::array names_of(const granted& rights)
{
    json::array names;
    if (rights.superuser) names.emplace_back("superuser");
    if (rights.create_database) names.emplace_back("createdb");
    if (rights.create_role) names.emplace_back("createrole");
    if (rights.bypass_row_security) names.emplace_back("bypassrls");
    if (rights.create_in_database) names.emplace_back("create");
    return names;
}

/// Latency is that of a statement on the open connection; connecting costs several round trips more.
task<> try_server(connection_to_check what, json::object& out)
{
    pg::connect_options connecting;
    connecting.application_name = "tropeiro/check";
    const auto began = steady::now();
    auto connection = co_await pg::connection::open(what.where, connecting);
    connection.set_timeout(seconds(10));
    out["connect_ms"] = milliseconds_since(began);
    const auto asked = steady::now();
    co_await connection.query("SELECT 1");
    out["latency_ms"] = milliseconds_since(asked);

    const auto found = co_await connection.query(sql::check_connection);
    const auto row = found.one();
    out["version"] = row.get<std::string>("version");
    out["user"] = row.get<std::string>("username");
    out["database"] = row.get<std::string>("database");
    out["tls"] = row.get<std::string>("tls");
    auto rights = rights_of(row);
    const auto pooler = co_await pg::transaction_pooler(connection);
    rights.pooled = pooler.has_value();
    out["privileges"] = names_of(rights);
    json::array warnings;
    for (auto& text : warnings_for(what.role, rights))
        warnings.emplace_back(std::move(text));
    out["warnings"] = std::move(warnings);
    out["ok"] = true;
}

task<> try_redis(redis::url where, json::object& out)
{
    auto client = co_await redis::client::open(std::move(where));
    const auto asked = steady::now();
    co_await client.call(redis::command("PING"));
    out["latency_ms"] = milliseconds_since(asked);
    const auto info = co_await client.call(redis::command("INFO", "server"));
    const auto& text = info.string();
    const auto at = text.find("redis_version:");
    if (at != std::string::npos)
        out["version"] = text.substr(at + 14, text.find_first_of("\r\n", at) - at - 14);
    out["ok"] = true;
}

void note_failure(json::object& out, const failure& e)
{
    out["ok"] = false;
    out["kind"] = to_string(e.kind());
    out["error"] = e.what();
    out["hint"] = e.hint();
}

json::object blank(const std::string& name, const std::string& variable, const std::string& address)
{
    json::object out;
    out["name"] = name;
    out["variable"] = variable;
    out["address"] = address;
    out["ok"] = false;
    return out;
}

} // namespace

std::vector<std::string> warnings_for(connection_role role, const granted& rights)
{
    std::vector<std::string> out;
    if (rights.pooled && role != connection_role::tenant)
        out.emplace_back("it is reached through a transaction-mode pooler; use the direct connection string");
    switch (role) {
    case connection_role::control:
        if (!rights.superuser && !rights.create_in_database)
            out.emplace_back(
                "the role may not create schemas here, so `tropeiro init` will fail: GRANT CREATE ON "
                "DATABASE");
        break;
    case connection_role::source:
        if (!rights.superuser && !rights.bypass_row_security)
            out.emplace_back(
                "the role is subject to row security: tables with policies cannot be copied unless it "
                "owns them or has BYPASSRLS");
        break;
    case connection_role::target_admin:
        if (!rights.superuser && !rights.create_database)
            out.emplace_back("the role may not create databases: ALTER ROLE ... CREATEDB");
        break;
    case connection_role::tenant:
        break;
    }
    return out;
}

task<json::value> check_connection(connection_to_check what)
{
    auto out = blank(what.name, what.variable, what.where.where());
    try {
        co_await try_server(what, out);
    } catch (const failure& e) {
        note_failure(out, e);
    }
    co_return json::value(std::move(out));
}

task<json::value> check_redis(redis::url where, std::string variable)
{
    auto out = blank("redis", variable, redis::where(where));
    try {
        co_await try_redis(std::move(where), out);
    } catch (const failure& e) {
        note_failure(out, e);
    }
    co_return json::value(std::move(out));
}

json::value not_configured(std::string name, const error& why)
{
    auto out = blank(name, "", "");
    note_failure(out, failure(why));
    return json::value(std::move(out));
}

} // namespace tropeiro::scheduler::api
