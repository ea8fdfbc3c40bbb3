#include "scheduler/api/request_json.hpp"

#include "scheduler/api/field_reader.hpp"
#include "shared/base/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;
using plan::rows_wanted;

constexpr std::array<std::pair<rows_wanted, std::string_view>, 4> row_names{{
    {rows_wanted::none, "none"},
    {rows_wanted::legacy, "legacy"},
    {rows_wanted::own, "own"},
    {rows_wanted::all, "all"},
}};
constexpr std::array<std::pair<model::existing_rows, std::string_view>, 3> existing_names{{
    {model::existing_rows::refuse, "refuse"},
    {model::existing_rows::truncate, "truncate"},
    {model::existing_rows::merge, "merge"},
}};
constexpr std::array<std::pair<model::bad_rows, std::string_view>, 2> bad_row_names{{
    {model::bad_rows::fail, "fail"},
    {model::bad_rows::quarantine, "quarantine"},
}};

const std::vector<std::string>& field_names()
{
    static const std::vector<std::string> names{
        "tenants",      "modules",      "tables",      "all_tables",
        "rows",         "tenant_value", "on_existing", "create_roles",
        "batch_rows",   "title",        "print",       "on_bad_row",
        "max_failures", "waves",        "canary",      "pause_between_waves"};
    return names;
}

std::optional<error> contradiction(const plan::plan_request& request)
{
    if (request.tenants.empty()) return wrong_request("no tenant is named", "name one or more, or \"all\"");
    const bool many = request.tenants.size() > 1 || request.tenants.front() == "all";
    if (request.rows == rows_wanted::legacy && many)
        return wrong_request("the legacy rows belong to one tenant", "name that tenant alone");
    if (!request.tenant_value.empty() && (many || request.rows != rows_wanted::own))
        return wrong_request("tenant_value goes with rows \"own\" and one tenant");
    return std::nullopt;
}

template <class Names, class Value>
std::string_view name_of(const Names& names, Value wanted)
{
    for (const auto& [value, name] : names)
        if (value == wanted) return name;
    return "";
}

json::array array_of(const std::vector<std::string>& words)
{
    return json::array(words.begin(), words.end());
}

void add_pace(json::object& out, const plan::pace& pace)
{
    out["max_failures"] = json::value();
    if (pace.max_failures)
        out["max_failures"] =
            fmt::format("{}{}", pace.max_failures->value, pace.max_failures->percent ? "%" : "");
    out["waves"] = json::array(pace.wave_sizes.begin(), pace.wave_sizes.end());
    out["canary"] = array_of(pace.canary);
    out["pause_between_waves"] = pace.pause_between_waves;
}

} // namespace

result<plan::plan_request> plan_request_from(const json::value& body)
{
    const auto* fields = body.if_object();
    if (!fields) return wrong_request("the request must be a JSON object");
    if (auto fault = unknown_field(*fields, field_names(), "a plan request")) return *fault;
    plan::plan_request request;
    field_reader read(*fields);
    read.words("tenants", request.tenants);
    read.choice("rows", row_names, request.rows);
    read.text("tenant_value", request.tenant_value);
    read.choice("on_existing", existing_names, request.on_existing);
    read.choice("on_bad_row", bad_row_names, request.on_bad_row);
    read.flag("create_roles", request.create_roles);
    read.number("batch_rows", request.batch_rows);
    read.text("title", request.title);
    std::string budget;
    read.text("max_failures", budget);
    read.numbers("waves", request.how_fast.wave_sizes);
    read.words("canary", request.how_fast.canary);
    read.flag("pause_between_waves", request.how_fast.pause_between_waves);
    if (read.fault) return *read.fault;
    auto chosen = table_choice_from(*fields);
    if (!chosen) return chosen.error();
    request.which = std::move(*chosen);
    if (!budget.empty()) {
        auto failures = plan::parse_failure_budget(budget);
        if (!failures) return failures.error();
        request.how_fast.max_failures = *failures;
    }
    if (auto fault = contradiction(request)) return *fault;
    if (request.title.empty()) request.title = title_of(request);
    return request;
}

json::value to_json(const plan::plan_request& request)
{
    json::array tables;
    for (const auto& table : request.which.tables)
        tables.emplace_back(model::to_string(table));
    json::object out;
    out["tenants"] = array_of(request.tenants);
    out["modules"] = array_of(request.which.modules);
    out["tables"] = std::move(tables);
    out["all_tables"] = request.which.all_tables;
    out["rows"] = name_of(row_names, request.rows);
    out["tenant_value"] = request.tenant_value;
    out["on_existing"] = name_of(existing_names, request.on_existing);
    out["on_bad_row"] = name_of(bad_row_names, request.on_bad_row);
    out["create_roles"] = request.create_roles;
    out["batch_rows"] = request.batch_rows ? json::value(*request.batch_rows) : json::value();
    out["title"] = request.title;
    add_pace(out, request.how_fast);
    return out;
}

std::string name_tenants(const std::vector<std::string>& tenants)
{
    if (tenants == std::vector<std::string>{"all"}) return "all tenants";
    if (tenants.size() <= 3) return text::join(tenants, ", ");
    return fmt::format("{}, {} and {} more", tenants[0], tenants[1], tenants.size() - 2);
}

std::string title_of(const plan::plan_request& request)
{
    const auto whom = name_tenants(request.tenants);
    switch (request.rows) {
    case rows_wanted::none:
        return "new, empty: " + whom;
    case rows_wanted::legacy:
        return "legacy rows to " + whom;
    case rows_wanted::own:
        return "roll out " + whom;
    case rows_wanted::all:
        return "every row to " + whom;
    }
    return whom;
}

} // namespace tropeiro::scheduler::api
