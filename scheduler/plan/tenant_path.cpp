#include "scheduler/plan/tenant_path.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tropeiro::scheduler::plan {
namespace {

using rule_kind = model::tenant_rule::kind_t;

/// Ways of one length that are looked at, at most.
constexpr std::size_t most_ways = 500;

bool preferred(const std::vector<path_step>& a, const std::vector<path_step>& b)
{
    const auto rank = [](const std::vector<path_step>& way) {
        std::vector<std::pair<std::string, model::table_name>> names;
        for (const auto& step : way)
            names.emplace_back(step.key, step.hop.to);
        const auto nullable =
            std::count_if(way.begin(), way.end(), [](const auto& step) { return step.nullable; });
        return std::pair(nullable, std::move(names));
    };
    return rank(a) < rank(b);
}

/// The preferred ones, in order; a key that stands in the catalog twice makes one way.
std::vector<std::vector<path_step>> best_of(std::vector<std::vector<path_step>> ways)
{
    std::stable_sort(ways.begin(), ways.end(), preferred);
    if (ways.size() > most_ways) ways.resize(most_ways);
    std::vector<std::vector<path_step>> kept;
    for (auto& way : ways) {
        const auto same = [&](const auto& other) {
            return std::equal(way.begin(), way.end(), other.begin(), other.end(),
                              [](const auto& x, const auto& y) { return x.hop == y.hop; });
        };
        if (std::none_of(kept.begin(), kept.end(), same)) kept.push_back(std::move(way));
    }
    return kept;
}

std::string columns_text(const std::vector<std::string>& columns)
{
    return columns.size() == 1 ? columns.front() : "(" + text::join(columns, ", ") + ")";
}

} // namespace

std::vector<model::path_hop> tenant_path::hops() const
{
    std::vector<model::path_hop> all;
    for (const auto& step : steps)
        all.push_back(step.hop);
    return all;
}

tenant_paths::tenant_paths(const pg::catalog& source, const model::module_map& modules,
                           std::string tenant_column)
    : source_(source), links_(source), tenant_column_(std::move(tenant_column))
{
    for (const auto& module : modules.modules())
        rules_.insert(module.rules.begin(), module.rules.end());
}

/// A partition has the rule of its table.
model::tenant_rule tenant_paths::rule_of(pg::oid table) const
{
    for (const auto id : links_.lineage(table)) {
        const auto* of = source_.find(id);
        const auto rule = of == nullptr ? rules_.end() : rules_.find(of->name);
        if (rule != rules_.end()) return rule->second;
    }
    return {};
}

/// By which column the table itself tells tenants apart.
std::optional<std::string> tenant_paths::column_of(pg::oid table) const
{
    const auto rule = rule_of(table);
    if (rule.kind != rule_kind::derived && rule.kind != rule_kind::column) return std::nullopt;
    const auto& column = rule.kind == rule_kind::column ? rule.column : tenant_column_;
    return links_.has_column(table, column) ? std::optional(column) : std::nullopt;
}

path_steps tenant_paths::steps_from(pg::oid table, const model::tenant_rule& rule) const
{
    if (rule.kind == rule_kind::path) return links_.by_rule(table, rule);
    if (rule.kind == rule_kind::shared) return {};
    return {links_.steps(table), std::nullopt};
}

std::vector<tenant_paths::way> tenant_paths::next_level(const std::vector<way>& level,
                                                        const std::set<pg::oid>& seen,
                                                        std::optional<rows_problem>& problem) const
{
    std::vector<way> next;
    for (const auto& before : level) {
        const auto at = before.back().to;
        auto from = steps_from(at, rule_of(at));
        if (from.problem && !problem) problem = from.problem;
        for (auto& step : from.steps) {
            if (seen.count(step.to) > 0) continue;
            next.push_back(before);
            next.back().push_back(std::move(step));
        }
    }
    return next;
}

/// Level by level, so that the first that arrive are the shortest; all of that length, the preferred one first.
std::vector<tenant_paths::way> tenant_paths::shortest(std::vector<way> level, std::set<pg::oid> seen,
                                                      std::optional<rows_problem>& problem) const
{
    while (!level.empty()) {
        level = best_of(std::move(level));
        std::vector<way> ends;
        for (const auto& one : level) {
            seen.insert(one.back().to);
            if (column_of(one.back().to)) ends.push_back(one);
        }
        if (!ends.empty()) return ends;
        level = next_level(level, seen, problem);
    }
    return {};
}

tenant_path tenant_paths::finished(way steps) const
{
    auto column = column_of(steps.back().to).value();
    return {std::move(steps), std::move(column)};
}

std::vector<path_tie> tenant_paths::ties_of(pg::oid table, const std::vector<way>& ends) const
{
    std::vector<path_tie> ties;
    const auto& chosen = ends.front();
    for (std::size_t i = 1; i < ends.size(); ++i) {
        const auto& other = ends[i];
        const auto fork = std::mismatch(chosen.begin(), chosen.end(), other.begin(), other.end(),
                                        [](const auto& x, const auto& y) { return x.hop == y.hop; })
                              .second;
        const auto where = fork == other.begin() ? source_.find(table)->name : std::prev(fork)->hop.to;
        ties.push_back({finished(other), where,
                        fmt::format("via {} -> {}", text::join(fork->hop.from_columns, ", "),
                                    model::to_string(fork->hop.to))});
    }
    return ties;
}

std::vector<tenant_path> tenant_paths::others_of(pg::oid table, const tenant_path& chosen) const
{
    std::vector<tenant_path> others;
    for (auto& step : links_.steps(table)) {
        if (!chosen.steps.empty() && step.hop == chosen.steps.front().hop) continue;
        std::optional<rows_problem> ignored;
        auto ends = shortest({{std::move(step)}}, links_.lineage(table), ignored);
        if (!ends.empty()) others.push_back(finished(std::move(ends.front())));
    }
    for (auto& step : links_.steps_to_itself(table)) {
        auto round = chosen;
        round.steps.insert(round.steps.begin(), std::move(step));
        others.push_back(std::move(round));
    }
    return others;
}

path_choice tenant_paths::find(pg::oid table, const model::tenant_rule& rule) const
{
    path_choice choice;
    auto first = steps_from(table, rule);
    choice.problem = first.problem;
    std::vector<way> level;
    for (auto& step : first.steps)
        level.push_back({std::move(step)});
    auto seen = links_.lineage(table);
    level.erase(std::remove_if(level.begin(), level.end(),
                               [&](const way& w) { return seen.count(w.front().to) > 0; }),
                level.end());
    auto ends = shortest(std::move(level), std::move(seen), choice.problem);
    if (ends.empty()) return choice;
    choice.problem.reset();
    choice.ties = ties_of(table, ends);
    choice.path = finished(std::move(ends.front()));
    choice.others = others_of(table, *choice.path);
    return choice;
}

std::string path_text(const std::vector<model::path_hop>& hops, const std::string& column)
{
    std::string words;
    for (const auto& hop : hops)
        words += fmt::format("{} -> {}.", columns_text(hop.from_columns), model::to_string(hop.to));
    return words + column;
}

} // namespace tropeiro::scheduler::plan
