// How many jobs may use a server or a city at once: as the operator set it, which stands above the workspace file's, and
// as plans of rollouts under way allow.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace tropeiro::scheduler::store {

/// Resource ("s:HOST:PORT", "t:HOST:PORT", "c:CITY", "t:*" for all of a kind, "*" for the default) -> slots; 0 pauses it.
using limits = std::map<std::string, std::int64_t>;

task<limits> read_limits(pg::connection& control);

/// Of servers that passes write to, or are to, which take a connection for each of their tenants.
task<limits> read_planned_slots(pg::connection& control);

/// Nothing for `slots`: back to the workspace's or the plans'. Throws failure(usage) for a resource of another form.
task<> write_limit(pg::connection& control, std::string resource, std::optional<std::int64_t> slots);

} // namespace tropeiro::scheduler::store
