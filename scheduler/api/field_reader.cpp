#include "scheduler/api/field_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::api {

namespace json = boost::json;

error wrong_request(std::string message, std::string hint)
{
    return {error_kind::usage, std::move(message), std::move(hint)};
}

std::optional<error> unknown_field(const json::object& body, const std::vector<std::string>& known,
                                   std::string_view what)
{
    for (const auto& member : body) {
        const std::string name(member.key());
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto near = text::nearest(name, known);
        return wrong_request(fmt::format("{} has no field \"{}\"", what, name),
                             near ? fmt::format("did you mean \"{}\"?", *near)
                                  : "its fields are " + text::join(known, ", "));
    }
    return std::nullopt;
}

result<std::vector<model::table_name>> tables_from(const std::vector<std::string>& names)
{
    std::vector<model::table_name> tables;
    for (const auto& name : names) {
        auto table = model::parse_table_name(name);
        if (!table) return table.error();
        tables.push_back(std::move(*table));
    }
    return tables;
}

result<plan::table_choice> table_choice_from(const json::object& body)
{
    plan::table_choice choice;
    std::vector<std::string> tables;
    field_reader read(body);
    read.words("modules", choice.modules);
    read.words("tables", tables);
    read.flag("all_tables", choice.all_tables);
    if (read.fault) return *read.fault;
    if (int(!choice.modules.empty()) + int(!tables.empty()) + int(choice.all_tables) > 1)
        return wrong_request("modules, tables and all_tables exclude each other", "give one of them");
    auto parsed = tables_from(tables);
    if (!parsed) return parsed.error();
    choice.tables = std::move(*parsed);
    return choice;
}

void field_reader::words(std::string_view name, std::vector<std::string>& into)
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

void field_reader::text(std::string_view name, std::string& into)
{
    const auto* value = find(name);
    if (!value) return;
    if (!value->is_string()) return fail(name, "a text");
    into = std::string(value->as_string());
}

void field_reader::flag(std::string_view name, bool& into)
{
    const auto* value = find(name);
    if (!value) return;
    if (!value->is_bool()) return fail(name, "true or false");
    into = value->as_bool();
}

void field_reader::number(std::string_view name, std::optional<std::int64_t>& into)
{
    const auto* value = find(name);
    if (!value) return;
    if (!value->is_int64() || value->as_int64() < 1) return fail(name, "a whole number from 1 on");
    into = value->as_int64();
}

void field_reader::numbers(std::string_view name, std::vector<std::int64_t>& into)
{
    const auto* value = find(name);
    if (!value) return;
    const auto* list = value->if_array();
    if (!list) return fail(name, "a list of whole numbers");
    for (const auto& item : *list) {
        if (!item.is_int64() || item.as_int64() < 1) return fail(name, "a list of whole numbers from 1 on");
        into.push_back(item.as_int64());
    }
}

const json::value* field_reader::find(std::string_view name) const
{
    const auto* value = body_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

void field_reader::fail(std::string_view name, std::string_view wanted)
{
    if (!fault) fault = wrong_request(fmt::format("\"{}\" must be {}", name, wanted));
}

} // namespace tropeiro::scheduler::api
