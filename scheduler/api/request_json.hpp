// A plan request to and from the JSON in which people ask for it over the interface. Pure.
#pragma once

#include "scheduler/plan/request.hpp"
#include "shared/base/error.hpp"

#include <boost/json/value.hpp>

namespace tropeiro::scheduler::api {

/// Every fault is error(usage) naming the field: an unknown one (with the nearest known), a wrong type,
/// choices that exclude each other, no tenant.
result<plan::plan_request> plan_request_from(const boost::json::value& body);

boost::json::value to_json(const plan::plan_request& request);

/// What the request comes to, for people: "new city recife", "legacy rows to afogados", "recife, olinda and 3
/// more".
std::string title_of(const plan::plan_request& request);

/// "recife, olinda", "recife, olinda and 7 more", "all tenants".
std::string name_tenants(const std::vector<std::string>& tenants);

} // namespace tropeiro::scheduler::api
