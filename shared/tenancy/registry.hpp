// The tenants: public.tenant_registry, fed from the cities table when there is one. A city and its registry
// row are one tenant, bound by slug; the tenant's id is the city's. Free functions on the caller's
// connection.
#pragma once

#include "shared/model/tenant.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "shared/tenancy/cities_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::tenancy {

struct registry_sync {
    std::vector<std::string> added;     // slugs taken over from cities
    std::vector<std::string> renamed;   // slugs whose name followed the city's
    std::vector<std::string> conflicts; // one sentence each; nothing was changed for these
};

/// Takes every city that has no registry row into the registry and lets names follow. Harmless to repeat.
task<registry_sync> register_cities(pg::connection& control, cities_table cities);

/// All tenants by slug, with modules, database (where their first module lives) and the published db_url.
task<std::vector<model::tenant>> list_tenants(pg::connection& control, cities_table cities);

/// The same, and behind them the cities that register_cities() would take over. Changes nothing.
task<std::vector<model::tenant>> list_tenants_and_cities(pg::connection& control, cities_table cities);

task<std::optional<model::tenant>> find_tenant(pg::connection& control, cities_table cities,
                                               std::string slug);

/// find_tenant after the city was taken over if need be. Throws failure(not_found) "City not found in cities
/// table: <slug>" when the slug is in neither, failure(conflict) when the two tables give the slug different
/// ids.
task<model::tenant> require_tenant(pg::connection& control, cities_table cities, std::string slug);

struct new_tenant {
    std::string slug;
    std::string name;
    std::string email; // may be empty
};

/// Registers a tenant; a city with the slug gives it its id. Throws failure(usage) for a slug that is none,
/// and failure(conflict) when the tenant is registered already.
task<model::tenant> add_tenant(pg::connection& control, cities_table cities, new_tenant wanted);

/// Says where modules of the tenant live; the registry's older columns follow by trigger. Harmless to
/// repeat.
task<> place_modules(pg::connection& control, model::tenant_id tenant, std::vector<std::string> modules,
                     std::string database, std::string schema = "public");

} // namespace tropeiro::tenancy
