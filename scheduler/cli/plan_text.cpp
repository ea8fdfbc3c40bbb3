#include "scheduler/cli/plan_text.hpp"

#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace tropeiro::scheduler::cli {
namespace {

using text::counted;
using text::human_bytes;
using text::human_count;

std::string slug_of(const json::value& tenant)
{
    auto slug = text_of(at(tenant, "tenant"), "slug");
    return slug.empty() ? text_of(tenant, "slug") : slug;
}

/// What several cities have in common is shown once, with how many they are.
struct totals {
    std::int64_t tables = 0, waiting = 0, parts = 0, indexes = 0, rows = 0, bytes = 0, keys_left_out = 0;
};

totals totals_of(const json::value& tenant)
{
    totals sum;
    for (const auto& table : list_of(tenant, "tables")) {
        ++sum.tables;
        sum.indexes += number_of(table, "indexes");
        if (flag_of(table, "complete")) continue;
        ++sum.waiting;
        sum.parts += number_of(table, "parts");
        sum.rows += number_of(table, "rows");
        sum.bytes += number_of(table, "bytes");
    }
    for (const auto& key : list_of(tenant, "foreign_keys"))
        if (!flag_of(key, "kept")) ++sum.keys_left_out;
    return sum;
}

std::string cities_table(const json::value& plan, const paint& colour)
{
    text_table table(
        {"city", "database", "modules", ">tables", ">parts", ">indexes", ">rows", ">size", ">keys left out"});
    const bool waves = number_of(plan, "waves") > 1;
    for (const auto& tenant : list_of(plan, "tenants")) {
        const auto sum = totals_of(tenant);
        const auto there = flag_of(tenant, "database_exists");
        const auto modules = text::join(words_of(tenant, "modules"), ", ");
        const auto wave = waves ? fmt::format(" (wave {})", number_of(tenant, "wave")) : std::string();
        table.add({slug_of(tenant) + wave, text_of(tenant, "database") + (there ? "" : " (new)"),
                   shorten(modules, 40), human_count(sum.tables), human_count(sum.parts),
                   human_count(sum.indexes), human_count(sum.rows), human_bytes(sum.bytes),
                   sum.keys_left_out ? human_count(sum.keys_left_out) : ""});
    }
    return table.render(colour, "  ");
}

struct table_line {
    std::string module, rows_of, reading, format, state;
    std::int64_t cities = 0, rows = 0, bytes = 0, parts = 0, indexes = 0;
};

std::string state_of(const json::value& table)
{
    if (flag_of(table, "complete")) return "copied already";
    if (flag_of(table, "exists")) return "exists";
    return "new";
}

/// Alone, or how many cities one reading of the table is for.
std::string reading_of(const json::value& table)
{
    const auto readers = number_of(table, "readers");
    auto text = readers > 1 ? fmt::format("once for {} cities", readers) : std::string("alone");
    if (const auto why = text_of(table, "reading_reason"); !why.empty()) text += ": " + why;
    return text;
}

void add_table(table_line& line, const json::value& table)
{
    if (line.cities++ == 0) {
        line.module = text_of(table, "module");
        line.rows_of = text_of(table, "rows_of");
        line.state = state_of(table);
        line.reading = reading_of(table);
        line.format = text_of(table, "format");
        if (const auto why = text_of(table, "format_reason"); !why.empty()) line.format += ": " + why;
    }
    if (line.rows_of != text_of(table, "rows_of")) line.rows_of = "each city's own";
    if (line.state != state_of(table)) line.state = "differs";
    line.indexes += number_of(table, "indexes");
    if (flag_of(table, "complete")) return;
    if (number_of(table, "readers") > 1) line.reading = reading_of(table);
    line.rows += number_of(table, "rows");
    line.bytes += number_of(table, "bytes");
    line.parts += number_of(table, "parts");
}

std::string tables_table(const json::value& plan, const paint& colour)
{
    std::vector<std::string> order;
    std::map<std::string, table_line> lines;
    for (const auto& tenant : list_of(plan, "tenants"))
        for (const auto& table : list_of(tenant, "tables")) {
            const auto name = text_of(table, "table");
            const auto [line, added] = lines.try_emplace(name);
            if (added) order.push_back(name);
            add_table(line->second, table);
        }
    const bool many = list_of(plan, "tenants").size() > 1;
    text_table table({"module", "table", many ? ">cities" : ">", "rows of the tenant", "read", ">parts",
                      ">rows", ">size", ">indexes", "format", "in the target"});
    for (const auto& name : order) {
        const auto& line = lines[name];
        const auto cities = many ? human_count(line.cities) : std::string();
        table.add({line.module, name, cities, shorten(line.rows_of, 40), shorten(line.reading, 64),
                   human_count(line.parts), human_count(line.rows), human_bytes(line.bytes),
                   human_count(line.indexes), shorten(line.format, 40), line.state});
    }
    return order.empty() ? std::string("  none\n") : table.render(colour, "  ");
}

/// Whole ways, which the table of tables has no room for; and what they miss.
std::string paths_table(const json::value& plan, const paint& colour)
{
    text_table table({"table", "whose a row is", ">rows of nobody", ">legacy rows", ">of two tenants"});
    bool some = false;
    for (const auto& path : list_of(plan, "paths")) {
        const bool counted = text_of(path, "not_counted").empty();
        std::int64_t conflicts = 0;
        for (const auto& conflict : list_of(path, "conflicts"))
            conflicts += number_of(conflict, "rows");
        table.add({text_of(path, "table"), text_of(path, "path"),
                   counted ? human_count(number_of(path, "orphans")) : "?",
                   counted ? human_count(number_of(path, "legacy_rows")) : "?", human_count(conflicts)});
        some = true;
    }
    if (!some) return {};
    return fmt::format("\n{}\n{}", colour(tone::strong, "Told apart along foreign keys"),
                       table.render(colour, "  "));
}

std::string keys_left_out(const json::value& plan, const paint& colour)
{
    using key = std::tuple<std::string, std::string, std::string, std::string>;
    std::map<key, std::int64_t> keys;
    for (const auto& tenant : list_of(plan, "tenants"))
        for (const auto& k : list_of(tenant, "foreign_keys"))
            if (!flag_of(k, "kept"))
                ++keys[{text_of(k, "table"), text_of(k, "name"), text_of(k, "referenced"),
                        text_of(k, "reason")}];
    if (keys.empty()) return {};
    text_table table({"table", "foreign key", "refers to", ">cities", "why"});
    for (const auto& [k, cities] : keys) {
        const auto& [from, name, referenced, reason] = k;
        table.add({from, name, referenced, human_count(cities), reason});
    }
    return fmt::format("\n{} ({})\n{}", colour(tone::strong, "Foreign keys left out"), keys.size(),
                       table.render(colour, "  "));
}

struct severity_row {
    std::string_view name;
    std::string_view heading;
    tone how;
};
constexpr std::array severities{
    severity_row{"blocks", "Must be settled first", tone::bad},
    severity_row{"warns", "Warnings", tone::warning},
    severity_row{"notes", "Notes", tone::faint},
};

std::string totals_phrase(std::int64_t cities, const totals& all)
{
    return fmt::format("{}, {}, {} to copy, about {} ({})", counted(cities, "city", "cities"),
                       counted(all.tables, "table"), counted(all.parts, "part"), counted(all.rows, "row"),
                       human_bytes(all.bytes));
}

std::string cities_phrase(const std::vector<std::string>& cities)
{
    if (cities.empty()) return {};
    if (cities.size() <= 3) return text::join(cities, ", ") + ": ";
    return fmt::format("{}, {} and {} more: ", cities[0], cities[1], cities.size() - 2);
}

/// A pass holds a connection for each of its cities.
std::string target_phrase(const json::value& plan)
{
    auto phrase = text_of(plan, "target_server");
    if (const auto slots = number_of(plan, "target_slots"); slots > 0)
        phrase += fmt::format(", with connections for {} at once", counted(slots, "pass", "passes"));
    return phrase;
}

} // namespace

std::string render_findings(const json::value& plan, const paint& colour)
{
    std::string out;
    for (const auto& severity : severities) {
        std::vector<std::pair<std::string, std::string>> order;
        std::map<std::pair<std::string, std::string>, std::vector<std::string>> cities;
        for (const auto& finding : list_of(plan, "findings")) {
            if (text_of(finding, "severity") != severity.name) continue;
            const auto said = std::make_pair(text_of(finding, "what"), text_of(finding, "hint"));
            const auto [found, added] = cities.try_emplace(said);
            if (added) order.push_back(said);
            if (const auto slug = text_of(finding, "tenant"); !slug.empty()) found->second.push_back(slug);
        }
        if (order.empty()) continue;
        out += fmt::format("\n{} ({})\n", colour(severity.how, severity.heading), order.size());
        for (const auto& said : order) {
            out += fmt::format("  - {}{}\n", cities_phrase(cities[said]), printable(said.first));
            if (!said.second.empty())
                out += fmt::format("    {} {}\n", colour(tone::faint, "hint:"), printable(said.second));
        }
    }
    return out;
}

std::string plan_totals(const json::value& plan)
{
    totals all;
    for (const auto& tenant : list_of(plan, "tenants")) {
        const auto one = totals_of(tenant);
        all.tables += one.tables;
        all.parts += one.parts;
        all.rows += one.rows;
        all.bytes += one.bytes;
    }
    return totals_phrase(static_cast<std::int64_t>(list_of(plan, "tenants").size()), all);
}

std::string summary_totals(const json::value& summary)
{
    totals all;
    all.tables = number_of(summary, "tables");
    all.parts = number_of(summary, "parts");
    all.rows = number_of(summary, "rows");
    all.bytes = number_of(summary, "bytes");
    return totals_phrase(number_of(summary, "tenants"), all);
}

std::string render_plan(const json::value& plan, const paint& colour)
{
    auto out =
        fmt::format("{}\n  source {}\n  target {}\n", colour(tone::strong, printable(text_of(plan, "title"))),
                    text_of(plan, "source_server"), target_phrase(plan));
    out += fmt::format("\n{}\n{}", colour(tone::strong, "Cities"), cities_table(plan, colour));
    out += fmt::format("\n{}\n{}", colour(tone::strong, "Tables"), tables_table(plan, colour));
    out += paths_table(plan, colour);
    out += keys_left_out(plan, colour);
    out += render_findings(plan, colour);
    out += fmt::format("\n{} {}\n", colour(tone::strong, "Total"), plan_totals(plan));
    return out;
}

} // namespace tropeiro::scheduler::cli
