// clang-format off
// The interface: every request that people, the command line and the dashboard may make. Bodies are JSON in
// snake_case, lists are {"items":[...]}, errors {"error":{"kind","message","hint"}}.
//
//   GET  /v1/health                     {"ok","dispatching","leading","version"}; open to anybody
//   POST /v1/init                       {with_cities}: the control schema; harmless to repeat
//   POST /v1/check                      every configured server and tenant database, tried
//   GET  /v1/modules                    GET /v1/modules/{name}
//   GET  /v1/tenants                    GET /v1/tenants/{slug}   POST /v1/tenants {slug, name, email}
//   POST /v1/plans                      plan request: the plan; nothing is stored
//   POST /v1/rollouts                   plan request: {"rollout","plan","nothing_to_do"}; a blocked plan is refused
//   GET  /v1/rollouts                   GET /v1/rollouts/{id}    GET /v1/rollouts/{id}/outcome
//   POST /v1/rollouts/{id}/pause        .../resume .../cancel .../retry
//   POST /v1/rollouts/{id}/undo         {tenant, dry_run, compare, discard_changes}: what goes, stays and has changed;
//                                       "earlier": it was undone before
//   POST /v1/data/checks                {tenants, modules, tables, source, repair}: {"rollout"}; its outcome has "checks"
//   POST /v1/data/orphans               {modules, tables, all_tables, seconds}: whose the source's rows are, and whose not
//   POST /v1/data/nulls                 {tenants, modules, tables, all_tables, seconds, from_legacy}: NULLs that the
//                                       cities' tables would refuse
//   GET  /v1/jobs?rollout=&state=&tenant=&after=&limit=
//   GET  /v1/jobs/{id}                  GET /v1/jobs/{id}/why    POST /v1/jobs/{id}/retry
//   GET  /v1/workers                    POST /v1/workers/{name}/drain
//   GET  /v1/limits                     PUT /v1/limits {resource, slots or null}: {"items", "note"}; "used" is null where
//                                       the queue cannot be asked, and "note" says why
//
// One file per noun returns its rows; handlers are free functions. They throw `failure`; the session, or the
// command line, turns that into the answer.
// clang-format on
#pragma once

#include "scheduler/api/backend.hpp"
#include "shared/http/router.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::api {

/// Every route; `with` outlives the router.
http::router make_router(backend& with);

using handler_function = task<http::response> (*)(backend&, http::request_context);

http::route route_to(backend& with, std::string method, std::string pattern, handler_function handle,
                     http::access who = http::access::token);

/// The path parameter as a number; failure(usage) when it is none.
std::int64_t number_in_path(const http::request_context& c, const std::string& name);

std::vector<http::route> setup_routes(backend& with);
std::vector<http::route> module_routes(backend& with);
std::vector<http::route> tenant_routes(backend& with);
std::vector<http::route> plan_routes(backend& with);
std::vector<http::route> rollout_routes(backend& with);
std::vector<http::route> undo_routes(backend& with);
std::vector<http::route> job_routes(backend& with);
std::vector<http::route> worker_routes(backend& with);
std::vector<http::route> limit_routes(backend& with);
std::vector<http::route> data_routes(backend& with);
std::vector<http::route> survey_routes(backend& with);

} // namespace tropeiro::scheduler::api
