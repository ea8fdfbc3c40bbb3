#include "shared/tenancy/registry.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"
#include "shared/tenancy/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::tenancy {
namespace {

struct registered {
    model::tenant tenant;
    std::optional<std::string> city_id;
};

std::string select_tenants(const cities_table& cities)
{
    std::string sql(sql::registry_tenants);
    const auto join = cities.exists() ? fmt::format("LEFT JOIN {} c ON c.slug::text = r.tenant_slug",
                                                    pg::qualified(cities.name()))
                                      : std::string();
    sql = text::replace_all(std::move(sql), "{city_join}", join);
    sql = text::replace_all(std::move(sql), "{city_id}", cities.exists() ? "c.id::text" : "NULL::text");
    return text::replace_all(std::move(sql), "{city_url}",
                             cities.has_db_url() ? "c.db_url::text" : "NULL::text");
}

registered read_tenant(const pg::row& row)
{
    registered r;
    r.tenant.id = row.get<model::tenant_id>("tenant_id");
    r.tenant.slug = row.get<std::string>("tenant_slug");
    r.tenant.name = row.get<std::string>("tenant_name");
    r.tenant.active = row.get<bool>("is_active");
    r.tenant.modules = row.get<std::vector<std::string>>("modules");
    r.tenant.database = row.get<std::string>("database");
    r.tenant.db_url = row.get<std::string>("db_url");
    r.city_id = row.get<std::optional<std::string>>("city_id");
    return r;
}

task<std::vector<registered>> select(pg::connection& control, const cities_table& cities,
                                     std::optional<std::string> slug)
{
    const auto sql = select_tenants(cities);
    const auto answer = co_await control.query(sql, slug);
    std::vector<registered> found;
    for (const auto row : answer)
        found.push_back(read_tenant(row));
    co_return found;
}

/// The registry's ids are uuids; a cities table of an application's own may have others. From within a catch.
[[noreturn]] void refuse_ids(const cities_table& cities, const pg::error& e)
{
    if (e.sqlstate() != "22P02") throw;
    throw failure(
        error_kind::failed,
        fmt::format("the cities table {} has an id that is no uuid: {}", model::to_string(cities.name()),
                    e.message()),
        "tenants are known by uuids: name another table as control.cities, one with a uuid for each city "
        "in its column id");
}

task<pg::rows> compare_with_cities(pg::connection& control, const cities_table& cities)
{
    const auto sql =
        text::replace_all(std::string(sql::registry_cities), "{cities}", pg::qualified(cities.name()));
    try {
        auto found = co_await control.query(sql);
        co_return found;
    } catch (const pg::error& e) {
        refuse_ids(cities, e);
    }
}

task<bool> insert_tenant(pg::connection& control, const cities_table& cities, const new_tenant& wanted)
{
    const auto city = co_await cities.find(control, wanted.slug);
    std::optional<std::string> id;
    if (city) id = city->id;
    const auto email = wanted.email.empty() ? std::optional<std::string>() : std::optional(wanted.email);
    const auto& name = wanted.name.empty() ? wanted.slug : wanted.name;
    try {
        const auto added = co_await control.query(sql::registry_add, id, wanted.slug, name, email);
        co_return !added.empty();
    } catch (const pg::error& e) {
        refuse_ids(cities, e);
    }
}

std::string conflict_text(const std::string& slug, const std::string& what, const std::string& other)
{
    if (what == "other_id")
        return fmt::format("city \"{}\" is registered as tenant {}, which is not the city's id", slug, other);
    return fmt::format("city \"{}\" has the id of the registered tenant \"{}\"", slug, other);
}

} // namespace

task<registry_sync> register_cities(pg::connection& control, cities_table cities)
{
    registry_sync sync;
    if (!cities.exists()) co_return sync;
    const auto answer = co_await compare_with_cities(control, cities);
    for (const auto row : answer) {
        auto slug = row.get<std::string>("slug");
        const auto what = row.get<std::string>("what");
        if (what == "added")
            sync.added.push_back(std::move(slug));
        else if (what == "renamed")
            sync.renamed.push_back(std::move(slug));
        else
            sync.conflicts.push_back(conflict_text(slug, what, row.get<std::string>("other")));
    }
    co_return sync;
}

task<std::vector<model::tenant>> list_tenants(pg::connection& control, cities_table cities)
{
    auto found = co_await select(control, cities, std::nullopt);
    std::vector<model::tenant> tenants;
    for (auto& one : found)
        tenants.push_back(std::move(one.tenant));
    co_return tenants;
}

task<std::vector<model::tenant>> list_tenants_and_cities(pg::connection& control, cities_table cities)
{
    auto tenants = co_await list_tenants(control, cities);
    const auto registered = tenants.size();
    auto all = co_await cities.all(control);
    for (auto& city : all) {
        const auto same = [&](const model::tenant& t) {
            return t.slug == city.slug || t.id.value == city.id;
        };
        const auto end = tenants.begin() + static_cast<std::ptrdiff_t>(registered);
        if (std::any_of(tenants.begin(), end, same)) continue;
        model::tenant fresh;
        fresh.id = model::tenant_id(std::move(city.id));
        fresh.slug = std::move(city.slug);
        fresh.name = std::move(city.name);
        fresh.db_url = std::move(city.db_url);
        tenants.push_back(std::move(fresh));
    }
    co_return tenants;
}

task<std::optional<model::tenant>> find_tenant(pg::connection& control, cities_table cities, std::string slug)
{
    auto found = co_await select(control, cities, std::move(slug));
    if (found.empty()) co_return std::nullopt;
    co_return std::move(found.front().tenant);
}

task<model::tenant> require_tenant(pg::connection& control, cities_table cities, std::string slug)
{
    auto found = co_await select(control, cities, slug);
    if (found.empty()) {
        co_await register_cities(control, cities);
        found = co_await select(control, cities, slug);
    }
    if (found.empty())
        throw failure(error_kind::not_found, fmt::format("City not found in cities table: {}", slug),
                      cities.exists() ? fmt::format("insert it into {}, or add it with: tropeiro tenant add",
                                                    pg::qualified(cities.name()))
                                      : "add it with: tropeiro tenant add");
    auto& one = found.front();
    if (one.city_id && *one.city_id != one.tenant.id.value)
        throw failure(error_kind::conflict, conflict_text(slug, "other_id", one.tenant.id.value),
                      "correct tenant_registry or the cities table, so that both have one id for the slug");
    co_return std::move(one.tenant);
}

task<model::tenant> add_tenant(pg::connection& control, cities_table cities, new_tenant wanted)
{
    if (!model::is_valid_slug(wanted.slug))
        throw failure(error_kind::usage, fmt::format("\"{}\" is not a slug", wanted.slug),
                      "lower-case letters, digits, '-' and '_', at most 48, not beginning with '-'");
    const bool added = co_await insert_tenant(control, cities, wanted);
    if (!added)
        throw failure(error_kind::conflict, fmt::format("tenant \"{}\" is registered already", wanted.slug));
    auto tenant = co_await find_tenant(control, cities, wanted.slug);
    co_return std::move(*tenant);
}

task<> place_modules(pg::connection& control, model::tenant_id tenant, std::vector<std::string> modules,
                     std::string database, std::string schema)
{
    co_await control.query(sql::place_modules, tenant, modules, database, schema);
}

} // namespace tropeiro::tenancy
