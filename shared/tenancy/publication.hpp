// What a rollout publishes about a tenant in the control plane, and how that is taken back: placements of modules, the
// registry's older columns, cities.db_url. Free functions on the caller's connection, in its transaction.
#pragma once

#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "shared/tenancy/cities_table.hpp"

#include <string>
#include <vector>

namespace tropeiro::tenancy {

struct publication {
    model::rollout_id rollout;
    model::tenant_id tenant;
    std::string slug;
    std::string database;
    std::vector<std::string> modules;
    std::string db_url; // empty: cities is not written
};

/// Keeps what stands there now, before it is overwritten. Harmless to repeat: the first time counts.
task<> remember_before(pg::connection& control, cities_table cities, publication what);

/// Puts back what stood before, wherever what the rollout published still stands. Nothing when it published nothing;
/// harmless to repeat. Whether it had published.
task<bool> take_back(pg::connection& control, cities_table cities, model::rollout_id rollout,
                     model::tenant_id tenant, std::string slug);

} // namespace tropeiro::tenancy
