// A city is in one unfinished rollout at a time: two at work on one database would undo each other's tables. Internal to
// scheduler/store.
#pragma once

#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::store {

/// Waits for the turn of all that begin or take back work on cities; held until the transaction ends.
task<> take_turn_of_cities(pg::connection& control);

/// Throws failure(conflict) naming the unfinished rollout that works on one of these, or the unfinished undoing. In a transaction, in which it
/// takes the turn of all that begin work on cities, so that of two at once one sees the other.
task<> refuse_busy_tenants(pg::connection& control, std::vector<std::string> slugs);

/// Throws failure(conflict) when a newer rollout has worked on a city whose dead jobs are to be tried again. A city that
/// was undone has none. Takes the
/// same turn.
task<> refuse_overtaken_tenants(pg::connection& control, model::rollout_id rollout);

} // namespace tropeiro::scheduler::store
