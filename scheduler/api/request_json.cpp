#include "scheduler/api/request_json.hpp"

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

error wrong(std::string message, std::string hint = {})
{
    return {error_kind::usage, std::move(message), std::move(hint)};
}

const std::vector<std::string>& field_names()
{
    static const std::vector<std::string> names{
        "tenants",      "modules",      "tables",       "all_tables", "rows",
        "tenant_value", "on_existing",  "create_roles", "batch_rows", "title",
        "print",        "max_failures", "waves",        "canary",     "pause_between_waves"};
    return names;
}

/// Reads the members that are there; the first fault is kept.
class reader {
  public:
    explicit reader(const json::object& body) : body_(body) {}

    void words(std::string_view name, std::vector<std::string>& into)
    {
        const auto* value = find(name);
        if (!value) return;
        const auto* list = value->if_array();
        if (!list) return fail(name, "a list of words");
        for (const auto& item : *list) {
            if (!item.is_string()) return fail(name, "a list of words");
            into.emplace_back(item.as_string());
        }
    }

    void text(std::string_view name, std::string& into)
    {
        const auto* value = find(name);
        if (!value) return;
        if (!value->is_string()) return fail(name, "a text");
        into = std::string(value->as_string());
    }

    void flag(std::string_view name, bool& into)
    {
        const auto* value = find(name);
        if (!value) return;
        if (!value->is_bool()) return fail(name, "true or false");
        into = value->as_bool();
    }

    void number(std::string_view name, std::optional<std::int64_t>& into)
    {
        const auto* value = find(name);
        if (!value) return;
        if (!value->is_int64() || value->as_int64() < 1) return fail(name, "a whole number from 1 on");
        into = value->as_int64();
    }

    void numbers(std::string_view name, std::vector<std::int64_t>& into)
    {
        const auto* value = find(name);
        if (!value) return;
        const auto* list = value->if_array();
        if (!list) return fail(name, "a list of whole numbers");
        for (const auto& item : *list) {
            if (!item.is_int64() || item.as_int64() < 1)
                return fail(name, "a list of whole numbers from 1 on");
            into.push_back(item.as_int64());
        }
    }

    template <class Names, class Value>
    void choice(std::string_view name, const Names& names, Value& into)
    {
        std::string given;
        text(name, given);
        if (given.empty()) return;
        std::vector<std::string> known;
        for (const auto& [value, known_name] : names) {
            if (known_name == given) {
                into = value;
                return;
            }
            known.emplace_back(known_name);
        }
        fail(name, "one of " + text::join(known, ", "));
    }

    std::optional<error> fault;

  private:
    const json::value* find(std::string_view name) const
    {
        const auto* value = body_.if_contains(name);
        return value && !value->is_null() ? value : nullptr;
    }
    void fail(std::string_view name, std::string_view wanted)
    {
        if (!fault) fault = wrong(fmt::format("\"{}\" must be {}", name, wanted));
    }

    const json::object& body_;
};

std::optional<error> contradiction(const plan::plan_request& request)
{
    if (request.tenants.empty()) return wrong("no tenant is named", "name one or more, or \"all\"");
    const int choices =
        int(!request.modules.empty()) + int(!request.tables.empty()) + int(request.all_tables);
    if (choices > 1) return wrong("modules, tables and all_tables exclude each other", "give one of them");
    const bool many = request.tenants.size() > 1 || request.tenants.front() == "all";
    if (request.rows == rows_wanted::legacy && many)
        return wrong("the legacy rows belong to one tenant", "name that tenant alone");
    if (!request.tenant_value.empty() && (many || request.rows != rows_wanted::own))
        return wrong("tenant_value goes with rows \"own\" and one tenant");
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
    if (!fields) return wrong("the request must be a JSON object");
    for (const auto& member : *fields) {
        const std::string name(member.key());
        if (std::find(field_names().begin(), field_names().end(), name) != field_names().end()) continue;
        const auto near = text::nearest(name, field_names());
        return wrong(fmt::format("a plan request has no field \"{}\"", name),
                     near ? fmt::format("did you mean \"{}\"?", *near)
                          : "its fields are " + text::join(field_names(), ", "));
    }
    plan::plan_request request;
    std::vector<std::string> tables;
    reader read(*fields);
    read.words("tenants", request.tenants);
    read.words("modules", request.modules);
    read.words("tables", tables);
    read.flag("all_tables", request.all_tables);
    read.choice("rows", row_names, request.rows);
    read.text("tenant_value", request.tenant_value);
    read.choice("on_existing", existing_names, request.on_existing);
    read.flag("create_roles", request.create_roles);
    read.number("batch_rows", request.batch_rows);
    read.text("title", request.title);
    std::string budget;
    read.text("max_failures", budget);
    read.numbers("waves", request.how_fast.wave_sizes);
    read.words("canary", request.how_fast.canary);
    read.flag("pause_between_waves", request.how_fast.pause_between_waves);
    if (read.fault) return *read.fault;
    for (const auto& name : tables) {
        auto table = model::parse_table_name(name);
        if (!table) return table.error();
        request.tables.push_back(std::move(*table));
    }
    if (!budget.empty()) {
        auto parsed = plan::parse_failure_budget(budget);
        if (!parsed) return parsed.error();
        request.how_fast.max_failures = *parsed;
    }
    if (auto fault = contradiction(request)) return *fault;
    if (request.title.empty()) request.title = title_of(request);
    return request;
}

json::value to_json(const plan::plan_request& request)
{
    json::array tables;
    for (const auto& table : request.tables)
        tables.emplace_back(model::to_string(table));
    json::object out;
    out["tenants"] = array_of(request.tenants);
    out["modules"] = array_of(request.modules);
    out["tables"] = std::move(tables);
    out["all_tables"] = request.all_tables;
    out["rows"] = name_of(row_names, request.rows);
    out["tenant_value"] = request.tenant_value;
    out["on_existing"] = name_of(existing_names, request.on_existing);
    out["create_roles"] = request.create_roles;
    out["batch_rows"] = request.batch_rows ? json::value(*request.batch_rows) : json::value();
    out["title"] = request.title;
    add_pace(out, request.how_fast);
    return out;
}

std::string title_of(const plan::plan_request& request)
{
    auto whom = text::join(request.tenants, ", ");
    if (request.tenants.size() > 3)
        whom = fmt::format("{}, {} and {} more", request.tenants[0], request.tenants[1],
                           request.tenants.size() - 2);
    if (request.tenants == std::vector<std::string>{"all"}) whom = "all tenants";
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
