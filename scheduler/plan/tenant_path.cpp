#include "scheduler/plan/tenant_path.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tropeiro::scheduler::plan {
namespace {

std::string columns_text(const std::vector<std::string>& columns)
{
    return columns.size() == 1 ? columns.front() : "(" + text::join(columns, ", ") + ")";
}

} // namespace

std::vector<model::path_hop> tenant_path::hops() const { return hops_of(steps); }

std::string linked_owner::text() const
{
    std::vector<model::path_hop> hops{step.hop};
    hops.insert(hops.end(), owner.path.begin(), owner.path.end());
    return path_text(hops, owner.column);
}

model::row_filter path_choice::filter() const
{
    return {model::row_filter::kind_t::equals, path->column, {}, path->hops(), otherwise};
}

tenant_paths::tenant_paths(const pg::catalog& source, const model::module_map& modules,
                           std::string tenant_column)
    : source_(source), search_(source, modules, std::move(tenant_column))
{
}

tenant_path tenant_paths::finished(route steps) const
{
    auto column = search_.column_of(steps.back().to).value();
    return {std::move(steps), std::move(column)};
}

std::vector<path_tie> tenant_paths::ties_of(pg::oid table, const std::vector<route>& ends) const
{
    std::vector<path_tie> ties;
    const auto& chosen = ends.front();
    for (std::size_t i = 1; i < ends.size(); ++i) {
        const auto& other = ends[i];
        const auto fork =
            std::mismatch(chosen.begin(), chosen.end(), other.begin(), other.end(), same_hop).second;
        const auto where = fork == other.begin() ? source_.find(table)->name : std::prev(fork)->hop.to;
        ties.push_back({finished(other), where,
                        fmt::format("via {} -> {}", text::join(fork->hop.from_columns, ", "),
                                    model::to_string(fork->hop.to))});
    }
    return ties;
}

/// Whose the rows of a table are; none: it leads to no tenant, or is everybody's.
std::optional<model::row_filter> tenant_paths::owner_at(pg::oid table) const
{
    if (const auto column = search_.column_of(table))
        return model::row_filter{model::row_filter::kind_t::equals, *column, {}};
    const auto [known, fresh] = owners_.try_emplace(table);
    if (fresh) {
        const auto choice = choose(table, search_.rule_of(table));
        if (choice.path) known->second = choice.filter();
    }
    return known->second;
}

/// What begins at a partition, or at a table that inherits, may need columns that the table above it does not have.
bool tenant_paths::applies_at(pg::oid table, const model::row_filter& owner) const
{
    std::vector<std::string> needed;
    const auto need = [&](const std::vector<model::path_hop>& path) {
        needed.insert(needed.end(), path.front().from_columns.begin(), path.front().from_columns.end());
    };
    if (owner.path.empty())
        needed.push_back(owner.column);
    else
        need(owner.path);
    for (const auto& way : owner.otherwise)
        need(way.path);
    return search_.has_columns(table, needed);
}

std::vector<linked_owner> tenant_paths::others_of(pg::oid table, const model::row_filter& owner) const
{
    std::vector<linked_owner> others;
    for (auto& step : search_.links().steps(table)) {
        if (!owner.path.empty() && step.hop == owner.path.front()) continue;
        auto there = owner_at(step.to);
        if (there) others.push_back({std::move(step), std::move(*there)});
    }
    for (auto& step : search_.links().steps_to_itself(table))
        if (applies_at(step.to, owner)) others.push_back({std::move(step), owner});
    return others;
}

path_choice tenant_paths::choose(pg::oid table, const model::tenant_rule& rule) const
{
    path_choice choice;
    auto found = search_.shortest(table, rule);
    choice.problem = found.problem;
    if (found.ends.empty()) return choice;
    choice.ties = ties_of(table, found.ends);
    choice.otherwise = search_.behind(table, rule, found.ends.front());
    choice.path = finished(std::move(found.ends.front()));
    return choice;
}

path_choice tenant_paths::find(pg::oid table, const model::tenant_rule& rule) const
{
    auto choice = choose(table, rule);
    if (choice.path) choice.others = others_of(table, choice.filter());
    return choice;
}

std::string path_text(const std::vector<model::path_hop>& hops, const std::string& column)
{
    std::string words;
    for (const auto& hop : hops)
        words += fmt::format("{} -> {}.", columns_text(hop.from_columns), model::to_string(hop.to));
    return words + column;
}

std::string way_text(const model::other_way& way)
{
    if (!way.upwards) return path_text(way.path, way.column);
    const std::vector<model::path_hop> before(way.path.begin(), std::prev(way.path.end()));
    return path_text(before, columns_text(way.path.back().from_columns)) + " upwards";
}

std::string otherwise_text(const model::row_filter& filter)
{
    std::string words;
    for (const auto& way : filter.otherwise)
        words += ", else along " + way_text(way);
    return words;
}

} // namespace tropeiro::scheduler::plan
