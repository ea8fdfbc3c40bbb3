#include "scheduler/cli/check_text.hpp"

#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

namespace tropeiro::scheduler::cli {
namespace {

constexpr std::array<std::string_view, 4> verdict_order{"same", "repaired", "differs", "unknown"};

struct tally {
    std::int64_t tables = 0;
    std::int64_t rows = 0;
    std::map<std::string, std::int64_t> verdicts;

    void add(const json::value& check)
    {
        ++tables;
        rows += number_of(check, "found");
        ++verdicts[text_of(check, "verdict")];
    }

    /// "59 same, 1 differs"
    std::string words() const
    {
        std::vector<std::string> parts;
        for (const auto verdict : verdict_order)
            if (const auto at = verdicts.find(std::string(verdict)); at != verdicts.end())
                parts.push_back(fmt::format("{} {}", text::human_count(at->second), verdict));
        return text::join(parts, ", ");
    }
};

/// "2 missing, 1 differing; repaired 3"
std::string figures(const json::value& check)
{
    std::vector<std::string> parts;
    for (const auto* what : {"missing", "differing", "doubled", "extra"})
        if (const auto rows = number_of(check, what); rows > 0)
            parts.push_back(fmt::format("{} {}", text::human_count(rows), what));
    auto words = text::join(parts, ", ");
    if (parts.empty() && text_of(check, "method") == "receipt")
        words = fmt::format("{} by the receipt, {} there", text::counted(number_of(check, "expected"), "row"),
                            text::human_count(number_of(check, "found")));
    if (const auto rows = number_of(check, "repaired"); rows > 0)
        words += fmt::format("{}{} repaired", words.empty() ? "" : "; ", text::human_count(rows));
    return words;
}

std::string describe_table(const json::value& check)
{
    auto said =
        fmt::format("{}.{}: {}", text_of(check, "city"), text_of(check, "table"), text_of(check, "verdict"));
    if (const auto words = figures(check); !words.empty()) said += " - " + words;
    said += "\n";
    if (const auto note = text_of(check, "note"); !note.empty()) said += "  " + note + "\n";
    for (const auto& example : list_of(check, "examples"))
        said += fmt::format("  {:<9} {}\n", text_of(example, "what"), text_of(example, "row"));
    const auto shown = static_cast<std::int64_t>(list_of(check, "examples").size());
    std::int64_t all = 0;
    for (const auto* what : {"missing", "differing", "doubled", "extra"})
        all += number_of(check, what);
    if (shown > 0 && all > shown) said += fmt::format("  ... {} rows in all\n", text::human_count(all));
    return said;
}

} // namespace

std::string render_checks(const json::value& outcome, const paint& colour)
{
    std::map<std::string, tally> cities;
    std::string details;
    for (const auto& check : list_of(outcome, "checks")) {
        cities[text_of(check, "city")].add(check);
        if (text_of(check, "verdict") != "same" || !text_of(check, "note").empty())
            details += describe_table(check);
    }
    text_table table({"city", ">tables", ">rows", "verdict"});
    for (const auto& [city, found] : cities)
        table.add({city, text::human_count(found.tables), text::human_count(found.rows),
                   cell(found.words(), found.verdicts.contains("differs") ? tone::bad : tone::good)});
    return table.render(colour) + (details.empty() ? "" : "\n" + details);
}

std::string check_sentence(const json::value& outcome)
{
    if (list_of(outcome, "checks").empty()) return "nothing was compared";
    tally all;
    std::map<std::string, int> cities;
    bool source = false;
    for (const auto& check : list_of(outcome, "checks")) {
        all.add(check);
        ++cities[text_of(check, "city")];
        source = source || text_of(check, "method") == "source";
    }
    const auto how_many = static_cast<std::int64_t>(cities.size());
    return fmt::format("{} of {} checked against {}: {}", text::counted(all.tables, "table"),
                       text::counted(how_many, "city", "cities"),
                       source ? "the source" : "the receipts of their copies", all.words());
}

bool all_well(const json::value& outcome)
{
    for (const auto& check : list_of(outcome, "checks")) {
        const auto verdict = text_of(check, "verdict");
        if (verdict != "same" && verdict != "repaired") return false;
    }
    return true;
}

} // namespace tropeiro::scheduler::cli
