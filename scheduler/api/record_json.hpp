// Records of the store and the registry as the JSON of the interface; field names are the wire format,
// described in routes.hpp. Pure.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "scheduler/store/checks.hpp"
#include "scheduler/store/records.hpp"
#include "shared/model/module_map.hpp"
#include "shared/model/tenant.hpp"
#include "shared/queue/queue.hpp"

#include <boost/json.hpp>

#include <vector>

namespace tropeiro::scheduler::api {

boost::json::value to_json(const model::tenant& tenant);

/// With the slugs of the tenants that have it.
boost::json::value to_json(const model::module& module, const std::vector<model::tenant>& tenants);

boost::json::value to_json(const model::job_counts& jobs);
boost::json::value to_json(const store::rollout_record& rollout);
boost::json::value to_json(const store::job_record& job);
boost::json::value to_json(const store::city_progress& city);
boost::json::value to_json(const store::city_outcome& city);
boost::json::value to_json(const store::table_check& check);
boost::json::value to_json(const std::vector<store::quarantined_table>& tables);
boost::json::value to_json(const std::vector<store::shown_moment>& moments);
boost::json::value to_json(const queue::worker_view& worker);

/// What a plan comes to, without its tables and jobs: counts, rows, bytes, findings. A plan for thousands of
/// tenants is too long to be the answer to "start".
boost::json::value summary_of(const plan::plan& what);

/// {"items":[...]}.
template <class Items>
boost::json::value items_json(const Items& items)
{
    boost::json::array list;
    for (const auto& item : items)
        list.push_back(to_json(item));
    boost::json::object answer;
    answer["items"] = std::move(list);
    return answer;
}

} // namespace tropeiro::scheduler::api
