#include "shared/model/table_name.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace tropeiro::model {
namespace {

bool is_plain(std::string_view part)
{
    if (part.empty() || (part[0] >= '0' && part[0] <= '9')) return false;
    return part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

std::string quote_part(std::string_view part)
{
    if (is_plain(part)) return std::string(part);
    return '"' + text::replace_all(std::string(part), "\"", "\"\"") + '"';
}

/// Takes one part off the front of `rest`; nothing when it is not a name.
std::optional<std::string> take_part(std::string_view& rest)
{
    std::string part;
    if (!rest.starts_with('"')) {
        const auto end = rest.find_first_of(".\"");
        part = text::lower(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
        return part.empty() ? std::nullopt : std::optional(part);
    }
    for (std::size_t at = 1; at < rest.size(); ++at) {
        if (rest[at] == '"') {
            if (at + 1 < rest.size() && rest[at + 1] == '"') ++at;
            else {
                rest.remove_prefix(at + 1);
                return part.empty() ? std::nullopt : std::optional(part);
            }
        }
        part += rest[at];
    }
    return std::nullopt;
}

} // namespace

result<table_name> parse_table_name(std::string_view text)
{
    auto rest = text::trim(text);
    std::vector<std::string> parts;
    while (auto part = take_part(rest)) {
        parts.push_back(*part);
        if (rest.empty()) break;
        if (!rest.starts_with('.')) parts.clear();
        rest.remove_prefix(1);
        if (parts.empty()) break;
    }
    if (rest.empty() && !text.ends_with('.')) {
        if (parts.size() == 1) return table_name{"public", parts[0]};
        if (parts.size() == 2) return table_name{parts[0], parts[1]};
    }
    return error{error_kind::usage, fmt::format("\"{}\" is not a table name", text),
                 "write table or schema.table; put parts with capitals, spaces or accents in double quotes"};
}

std::string to_string(const table_name& table)
{
    if (table.schema == "public") return quote_part(table.name);
    return quote_part(table.schema) + "." + quote_part(table.name);
}

} // namespace tropeiro::model
