#include "scheduler/plan/archive_toc.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tropeiro::scheduler::plan {
namespace {

/// Types of two words and more; those of one word need no list. Longer ones first.
constexpr std::array<std::string_view, 31> long_types{"TEXT SEARCH CONFIGURATION",
                                                      "TEXT SEARCH DICTIONARY",
                                                      "TEXT SEARCH TEMPLATE",
                                                      "TEXT SEARCH PARSER",
                                                      "PUBLICATION TABLES IN SCHEMA",
                                                      "MATERIALIZED VIEW DATA",
                                                      "SUBSCRIPTION TABLE",
                                                      "PROCEDURAL LANGUAGE",
                                                      "FOREIGN DATA WRAPPER",
                                                      "MATERIALIZED VIEW",
                                                      "PUBLICATION TABLE",
                                                      "SEQUENCE OWNED BY",
                                                      "CHECK CONSTRAINT",
                                                      "LARGE OBJECT",
                                                      "BLOB METADATA",
                                                      "OPERATOR FAMILY",
                                                      "OPERATOR CLASS",
                                                      "FOREIGN SERVER",
                                                      "SECURITY LABEL",
                                                      "DATABASE PROPERTIES",
                                                      "FOREIGN TABLE",
                                                      "FK CONSTRAINT",
                                                      "ACCESS METHOD",
                                                      "EVENT TRIGGER",
                                                      "TABLE ATTACH",
                                                      "INDEX ATTACH",
                                                      "USER MAPPING",
                                                      "ROW SECURITY",
                                                      "DEFAULT ACL",
                                                      "SHELL TYPE",
                                                      "TABLE DATA"};

/// Takes a number and the separator behind it off the front.
template <class Number>
std::optional<Number> take_number(std::string_view& rest)
{
    Number value{};
    const auto [end, bad] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (bad != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const auto next = rest.find_first_not_of("; ");
    rest.remove_prefix(std::min(next, rest.size()));
    return value;
}

std::string take_type(std::string_view& rest)
{
    auto length = std::min(rest.find(' '), rest.size());
    for (const auto type : long_types)
        if (rest.starts_with(type) && rest.substr(type.size()).starts_with(' ')) {
            length = type.size();
            break;
        }
    std::string type(rest.substr(0, length));
    rest.remove_prefix(std::min(length + 1, rest.size()));
    return type;
}

std::optional<toc_entry> parse_entry(std::string_view line)
{
    auto rest = line;
    toc_entry entry;
    const auto id = take_number<int>(rest);
    if (!id) return std::nullopt;
    const auto class_id = take_number<pg::oid>(rest);
    const auto object_id = take_number<pg::oid>(rest);
    if (!class_id || !object_id || rest.empty()) return std::nullopt;
    entry.id = *id;
    entry.object = {*class_id, *object_id};
    entry.type = take_type(rest);
    entry.words = std::string(rest);
    entry.line = std::string(line);
    return entry;
}

} // namespace

std::vector<toc_entry> parse_toc(std::string_view listing)
{
    constexpr std::string_view dependencies = ";\tdepends on:";
    std::vector<toc_entry> entries;
    for (const auto& line : text::split(listing, '\n')) {
        if (line.starts_with(dependencies) && !entries.empty()) {
            std::string_view rest = std::string_view(line).substr(dependencies.size());
            rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
            while (const auto id = take_number<int>(rest))
                entries.back().depends_on.push_back(*id);
            continue;
        }
        if (line.empty() || line.front() == ';') continue;
        auto entry = parse_entry(line);
        if (!entry)
            throw failure(error_kind::failed,
                          fmt::format("pg_restore -l printed a line that is no entry: {}", line),
                          "pg_dump and pg_restore of this version are not known to tropeiro");
        entries.push_back(std::move(*entry));
    }
    return entries;
}

} // namespace tropeiro::scheduler::plan
