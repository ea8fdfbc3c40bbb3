// Looks at the source before anything is copied: rows of nobody, and NULLs that a city's tables would refuse. They change
// nothing, and take as long as reading the tables does.
#include "scheduler/api/field_reader.hpp"
#include "scheduler/api/planning.hpp"
#include "scheduler/api/routes.hpp"
#include "scheduler/plan/null_survey.hpp"
#include "scheduler/plan/survey_facts.hpp"
#include "scheduler/plan/tenant_survey.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/tenancy/registry.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t usual_seconds = 600; // for a table
constexpr std::int64_t most_seconds = 86'400;
constexpr std::chrono::hours no_end{24 * 365}; // of all tables together

struct survey_request {
    plan::plan_request of;
    bool from_legacy = false; // the tenants get the rows of no tenant
    plan::question_limits limits;
};

result<survey_request> survey_request_from(const json::value& body, std::vector<std::string> names)
{
    const auto* fields = body.if_object();
    if (!fields) return wrong_request("the request must be a JSON object");
    names.insert(names.end(), {"modules", "tables", "all_tables", "seconds"});
    if (auto fault = unknown_field(*fields, names, "a survey")) return *fault;
    survey_request request;
    std::optional<std::int64_t> seconds;
    field_reader read(*fields);
    read.words("tenants", request.of.tenants);
    read.number("seconds", seconds);
    read.flag("from_legacy", request.from_legacy);
    if (read.fault) return *read.fault;
    if (seconds.value_or(1) > most_seconds) return wrong_request("\"seconds\" must be a day's at most");
    auto chosen = table_choice_from(*fields);
    if (!chosen) return chosen.error();
    request.of.which = std::move(*chosen);
    request.limits.table = std::chrono::seconds(seconds.value_or(usual_seconds));
    request.limits.together = no_end;
    return request;
}

/// A moment of the source. No row is hidden in it: where row security would hide some, questions fail. Nor does anything
/// wait for long behind somebody who alters a table.
struct source_moment {
    pg::connection connection;
    pg::transaction transaction;
};

task<source_moment> open_source(backend& b)
{
    pg::connect_options options;
    options.application_name = "tropeiro survey";
    auto where = b.source_dsn();
    auto connection = co_await pg::connection::open(std::move(where), options);
    auto transaction =
        co_await pg::transaction::begin(connection, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
    co_await connection.execute("SET LOCAL row_security = off; SET LOCAL statement_timeout = 0; "
                                "SET LOCAL lock_timeout = '30s'; "
                                "SET LOCAL idle_in_transaction_session_timeout = 0");
    co_return source_moment{std::move(connection), std::move(transaction)};
}

task<std::vector<model::tenant>> known_tenants(backend& b)
{
    auto control = co_await b.control();
    const auto cities = co_await b.cities(control.get());
    auto known = co_await tenancy::list_tenants_and_cities(control.get(), cities);
    co_return known;
}

task<http::response> survey_orphans(backend& b, http::request_context c)
{
    const auto asked = http::json_body(c.asked);
    const auto request = survey_request_from(asked, {}).value();
    const auto tenants = co_await known_tenants(b);
    std::set<std::string> known;
    for (const auto& tenant : tenants)
        known.insert(tenant.id.value);
    const auto settings = plan::settings_from(b.workspace());
    auto source = co_await open_source(b);
    const auto found =
        co_await plan::survey_tenants(source.connection, request.of, settings, known, request.limits);
    co_await source.transaction.rollback();
    co_return http::json_response(plan::to_json(found));
}

/// Those that take no connections too: they are no reason to call a city new.
task<std::set<std::string>> target_databases(backend& b)
{
    auto where = b.target_admin_dsn();
    auto admin = co_await pg::connection::open(std::move(where));
    const auto databases = co_await admin.query("SELECT datname FROM pg_catalog.pg_database");
    std::set<std::string> names;
    for (const auto& database : databases)
        names.insert(database.get<std::string>(0));
    co_return names;
}

task<plan::strict_columns> read_strictness(backend& b, const plan::strict_city& city)
{
    auto where = b.target_admin_dsn().with_database(city.database);
    try {
        auto target = co_await pg::connection::open(std::move(where));
        auto columns = co_await plan::read_strict_columns(target);
        co_return columns;
    } catch (const failure& e) {
        throw failure(e.kind(), fmt::format("{} cannot be looked at: {}", city.slug, e.what()),
                      "leave it out of --tenants, or see why its database does not answer");
    }
}

/// What the cities' databases are strict about; cities without one are noted.
task<std::vector<plan::strict_city>> read_cities(backend& b, std::vector<model::tenant> tenants,
                                                 bool from_legacy, plan::null_survey& into)
{
    const auto there = co_await target_databases(b);
    std::vector<plan::strict_city> cities;
    for (const auto& tenant : tenants) {
        plan::strict_city city;
        city.slug = tenant.slug;
        city.value = tenant.id.value;
        city.legacy = from_legacy || tenant.slug == b.workspace().source.legacy_slug;
        city.database = tenant.database.empty()
                            ? model::database_name(b.workspace().target.database, tenant.slug)
                            : tenant.database;
        if (!there.contains(city.database)) {
            into.new_cities.push_back(city.slug);
            continue;
        }
        into.compared.push_back(city.slug);
        city.columns = co_await read_strictness(b, city);
        cities.push_back(std::move(city));
    }
    co_return cities;
}

/// The rows of the legacy city are others than those of a tenant.
task<> survey_rows(backend& b, pg::connection& source, survey_request request,
                   std::vector<plan::strict_city> cities, plan::null_survey& into)
{
    const auto settings = plan::settings_from(b.workspace());
    const auto facts = co_await plan::read_survey_facts(source, request.of, settings);
    co_await plan::survey_nulls(source, facts, cities, request.limits, into);
}

task<http::response> survey_nulls(backend& b, http::request_context c)
{
    const auto asked = http::json_body(c.asked);
    auto request = survey_request_from(asked, {"tenants", "from_legacy"}).value();
    if (request.of.tenants.empty())
        throw failure(error_kind::usage, "no tenant is named", "name one or more, or \"all\"");
    const auto known = co_await known_tenants(b);
    auto tenants = tenants_of(request.of, known, {}); // the legacy city is one of all
    plan::null_survey found;
    auto cities = co_await read_cities(b, std::move(tenants), request.from_legacy, found);
    const auto middle =
        std::stable_partition(cities.begin(), cities.end(), [](const auto& city) { return !city.legacy; });
    std::vector<plan::strict_city> legacy(middle, cities.end());
    cities.erase(middle, cities.end());
    auto source = co_await open_source(b);
    if (!cities.empty() || legacy.empty())
        co_await survey_rows(b, source.connection, request, std::move(cities), found);
    request.of.rows = plan::rows_wanted::legacy;
    if (!legacy.empty()) co_await survey_rows(b, source.connection, request, std::move(legacy), found);
    co_await source.transaction.rollback();
    co_return http::json_response(plan::to_json(found));
}

} // namespace

std::vector<http::route> survey_routes(backend& with)
{
    return {
        route_to(with, "POST", "/v1/data/orphans", survey_orphans),
        route_to(with, "POST", "/v1/data/nulls", survey_nulls),
    };
}

} // namespace tropeiro::scheduler::api
