#include "scheduler/cli/survey_text.hpp"

#include "scheduler/cli/plan_text.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace tropeiro::scheduler::cli {
namespace {

using text::counted;
using text::human_count;

bool is_told_apart(const json::value& table)
{
    const auto kind = text_of(table, "kind");
    return kind == "column" || kind == "path";
}

bool is_counted(const json::value& table) { return text_of(table, "not_counted").empty(); }

bool conflicts_are_counted(const json::value& table)
{
    const auto& conflicts = list_of(table, "conflicts");
    return std::all_of(conflicts.begin(), conflicts.end(),
                       [](const auto& conflict) { return text_of(conflict, "not_counted").empty(); });
}

std::string how_found(const json::value& table)
{
    if (is_told_apart(table)) return text_of(table, "path");
    return text_of(table, "kind") == "shared" ? "every tenant gets all rows" : "is not known";
}

cell count_cell(const json::value& table, std::string_view member, bool is_fault)
{
    if (!is_told_apart(table)) return "";
    if (!is_counted(table)) return cell("?", tone::warning);
    const auto rows = number_of(table, member);
    return cell(human_count(rows), is_fault && rows > 0 ? tone::bad : tone::plain);
}

cell conflicts_cell(const json::value& table)
{
    if (!is_told_apart(table)) return "";
    const auto rows = number_of(table, "conflict_rows");
    if (!conflicts_are_counted(table)) return cell(rows > 0 ? human_count(rows) + "+" : "?", tone::warning);
    return cell(human_count(rows), rows > 0 ? tone::bad : tone::plain);
}

/// What all the tables' faults come to: "3 rows of nobody".
std::vector<std::string> orphan_faults(const json::value& found)
{
    std::int64_t orphans = 0, unknown = 0, conflicts = 0, nobody = 0, uncounted = 0;
    for (const auto& table : list_of(found, "tables")) {
        orphans += number_of(table, "orphans");
        unknown += number_of(table, "unknown_rows");
        conflicts += number_of(table, "conflict_rows");
        if (text_of(table, "kind") == "nobody") ++nobody;
        if (!is_counted(table) || !conflicts_are_counted(table)) ++uncounted;
    }
    std::vector<std::string> faults;
    const auto add = [&](std::int64_t count, std::string words) {
        if (count > 0) faults.push_back(std::move(words));
    };
    add(orphans, counted(orphans, "row of nobody", "rows of nobody"));
    add(unknown, counted(unknown, "row of an unknown tenant", "rows of unknown tenants"));
    add(conflicts,
        counted(conflicts, "row that points out of its tenant", "rows that point out of their tenant"));
    add(nobody, counted(nobody, "table") + " without a way to a tenant");
    add(uncounted, counted(uncounted, "table") + " not counted in full");
    return faults;
}

struct way_out {
    std::vector<std::string> statements;
    std::vector<std::string> fixed; // columns that stay strict, and why
};

/// By database, each statement once.
std::map<std::string, way_out> ways_out(const json::value& found)
{
    std::map<std::string, way_out> ways;
    std::set<std::pair<std::string, std::string>> said;
    for (const auto& item : list_of(found, "items")) {
        const auto database = text_of(item, "database");
        auto& way = ways[database];
        for (auto& statement : words_of(item, "relax"))
            if (said.emplace(database, statement).second) way.statements.push_back(std::move(statement));
        if (const auto why = text_of(item, "fixed"); !why.empty())
            way.fixed.push_back(
                fmt::format("{}.{}: {}", text_of(item, "table"), text_of(item, "column"), why));
    }
    return ways;
}

std::string ways_text(const json::value& found, const paint& colour)
{
    std::string said;
    for (const auto& [database, way] : ways_out(found)) {
        if (!way.statements.empty())
            said += fmt::format("\n{}\n", colour(tone::strong, "To let them in, in " + database));
        for (const auto& statement : way.statements)
            said += fmt::format("  {}\n", printable(statement));
        if (!way.fixed.empty())
            said += fmt::format("\n{}\n", colour(tone::strong, "Stays NOT NULL in " + database));
        for (const auto& column : way.fixed)
            said += fmt::format("  {}\n", printable(column));
    }
    if (!said.empty())
        said += "\nOr give the rows a value in the source before they are copied; a default in the city does "
                "not help, for the copy sends the NULL.\n";
    return said;
}

} // namespace

std::string render_orphans(const json::value& found, const paint& colour)
{
    text_table table({"table", "how its tenant is found", ">rows", ">of tenants", ">legacy", ">orphans",
                      ">unknown", ">out of tenant"});
    for (const auto& one : list_of(found, "tables"))
        table.add({text_of(one, "table"), shorten(how_found(one), 60), count_cell(one, "rows", false),
                   count_cell(one, "tenant_rows", false), count_cell(one, "legacy_rows", false),
                   count_cell(one, "orphans", true), count_cell(one, "unknown_rows", true),
                   conflicts_cell(one)});
    return table.render(colour) + render_findings(found, colour);
}

std::string orphans_sentence(const json::value& found)
{
    const auto tables = static_cast<std::int64_t>(list_of(found, "tables").size());
    const auto faults = orphan_faults(found);
    return fmt::format("{}: {}", counted(tables, "table"),
                       faults.empty() ? "every row has a place" : text::join(faults, ", "));
}

std::string render_nulls(const json::value& found, const paint& colour)
{
    text_table table({"city", "table", "column", ">rows with NULL", "for example"});
    for (const auto& item : list_of(found, "items"))
        table.add({text_of(item, "city"), text_of(item, "table"), text_of(item, "column"),
                   cell(human_count(number_of(item, "rows")), tone::bad),
                   text::join(words_of(item, "examples"), ", ")});
    auto said = table.empty() ? std::string() : table.render(colour) + ways_text(found, colour);
    for (const auto& left : list_of(found, "not_counted"))
        said += fmt::format("not counted: table \"{}\" for {}: {}\n", text_of(left, "table"),
                            text::join(words_of(left, "cities"), ", "), printable(text_of(left, "why")));
    return said;
}

std::string nulls_sentence(const json::value& found)
{
    std::int64_t nulls = 0; // a row may have several
    const auto& items = list_of(found, "items");
    for (const auto& item : items)
        nulls += number_of(item, "rows");
    const auto size_of = [&](std::string_view list) {
        return static_cast<std::int64_t>(list_of(found, list).size());
    };
    std::vector<std::string> parts;
    if (size_of("compared") > 0)
        parts.push_back(counted(size_of("compared"), "city", "cities") + " compared: " +
                        (items.empty()
                             ? std::string("no NULL that a table there would refuse")
                             : fmt::format("{} would refuse {}", counted(size_of("items"), "column"),
                                           counted(nulls, "NULL"))));
    if (const auto left = size_of("not_counted"); left > 0)
        parts.push_back(counted(left, "table") + " not counted");
    if (const auto fresh = size_of("new_cities"); fresh > 0)
        parts.push_back(counted(fresh, "city has no database", "cities have no database") +
                        " yet, the tables will be as in the source");
    return text::join(parts, "; ");
}

} // namespace tropeiro::scheduler::cli
