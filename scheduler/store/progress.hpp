// How far a rollout is, city by city, and what it came to. One query each, whatever the number of cities.
#pragma once

#include "scheduler/store/records.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <vector>

namespace tropeiro::scheduler::store {

/// By slug. At most `errors_each` errors a city.
task<std::vector<city_progress>> rollout_progress(pg::connection& control, model::rollout_id id,
                                                  std::int64_t errors_each = 3);

/// By slug.
task<std::vector<city_outcome>> rollout_outcome(pg::connection& control, model::rollout_id id);

/// By slug and table; of published cities.
task<std::vector<quarantined_table>> rollout_quarantine(pg::connection& control, model::rollout_id id);

/// The moments that its published tables show, the first one first; empty where all show one, as they do unless the
/// snapshot was lost.
task<std::vector<shown_moment>> rollout_moments(pg::connection& control, model::rollout_id id);

} // namespace tropeiro::scheduler::store
