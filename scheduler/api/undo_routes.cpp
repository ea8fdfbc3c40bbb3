// Undoing one city of a rollout. The answer comes when it is done: reading the tables back and dropping them may take
// minutes. A request that breaks off is made again.
#include "scheduler/api/routes.hpp"
#include "scheduler/undo/undo_city.hpp"
#include "shared/log/log.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

bool flag_in(const json::object& body, std::string_view name, bool otherwise)
{
    const auto* value = body.if_contains(name);
    if (!value || value->is_null()) return otherwise;
    if (!value->is_bool())
        throw failure(error_kind::usage, fmt::format("\"{}\" must be true or false", name));
    return value->as_bool();
}

undo::undo_request request_from(const json::value& body)
{
    const auto* fields = body.if_object();
    const auto* tenant = fields ? fields->if_contains("tenant") : nullptr;
    if (!tenant || !tenant->is_string() || tenant->as_string().empty())
        throw failure(error_kind::usage, "\"tenant\" must name a city of the rollout");
    undo::undo_request what;
    what.slug = std::string(tenant->as_string());
    what.dry_run = flag_in(*fields, "dry_run", false);
    what.compare = flag_in(*fields, "compare", true);
    what.discard_changes = flag_in(*fields, "discard_changes", false);
    if (!what.compare && !what.dry_run)
        throw failure(error_kind::usage, "\"compare\" can be left out of a dry run alone",
                      "\"discard_changes\" loses what is new");
    return what;
}

task<http::response> undo_city(backend& b, http::request_context c)
{
    auto what = request_from(http::json_body(c.asked));
    what.rollout = model::rollout_id(number_in_path(c, "id"));
    auto control = co_await b.control();
    const auto cities = co_await b.cities(control.get());
    const auto admin = b.target_admin_dsn();
    const bool acts = !what.dry_run;
    const auto rollout = what.rollout;
    const auto made = co_await undo::undo_city(control.get(), cities, admin, std::move(what));
    if (acts)
        log::info("a city of a rollout was undone",
                  {{"rollout", rollout}, {"tenant", made.city}, {"database", made.database}});
    co_return http::json_response(undo::to_json(made));
}

} // namespace

std::vector<http::route> undo_routes(backend& with)
{
    return {
        route_to(with, "POST", "/v1/rollouts/{id}/undo", undo_city),
    };
}

} // namespace tropeiro::scheduler::api
