// From a request to a plan: the tenants looked up, the source's snapshot opened, the planner run. Changes
// nothing but the registry, which takes over cities that it does not have yet.
#pragma once

#include "scheduler/api/backend.hpp"
#include "scheduler/plan/plan.hpp"
#include "scheduler/plan/request.hpp"

namespace tropeiro::scheduler::api {

struct planned {
    plan::plan what;
    dispatch::held_snapshot snapshot; // that it was planned in; dies with this
};

task<planned> plan_for(backend& b, plan::plan_request request);

/// The tenants that the request means, in its order. {"all"}: every active one but the city of the legacy
/// rows. Pure. A slug that is not among `known` is failure(not_found) "City not found in cities table:
/// <slug>".
std::vector<model::tenant> tenants_of(const plan::plan_request& request,
                                      const std::vector<model::tenant>& known,
                                      const std::string& legacy_slug);

/// failure(refused) with every finding that blocks, when there is one. Pure.
void refuse_when_blocked(const plan::plan& what);

} // namespace tropeiro::scheduler::api
