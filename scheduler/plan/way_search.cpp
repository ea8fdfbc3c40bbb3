#include "scheduler/plan/way_search.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tropeiro::scheduler::plan {
namespace {

using rule_kind = model::tenant_rule::kind_t;

/// Ways of one length that are looked at, at most.
constexpr std::size_t most_ways = 500;

/// Of the ways for rows that the chosen one does not reach: how many there are, and how long.
constexpr std::size_t most_other_ways = 8;
constexpr int most_hops = 8;

/// The smallest is preferred: fewer steps that may miss, then the keys' names.
using preference = std::pair<std::ptrdiff_t, std::vector<std::pair<std::string, model::table_name>>>;

preference preference_for(const route& one)
{
    std::vector<std::pair<std::string, model::table_name>> names;
    for (const auto& step : one)
        names.emplace_back(step.key, step.hop.to);
    const auto missing =
        std::count_if(one.begin(), one.end(), [](const auto& step) { return step.may_miss; });
    return {missing, std::move(names)};
}

bool same_route(const route& a, const route& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_hop);
}

bool is_among(const std::vector<route>& routes, const route& one)
{
    return std::any_of(routes.begin(), routes.end(),
                       [&](const auto& other) { return same_route(other, one); });
}

/// The preferred ones, in order; a key that stands in the catalog twice makes one way.
std::vector<route> best_of(std::vector<route> ways)
{
    std::vector<std::pair<preference, route>> ranked;
    for (auto& one : ways) {
        auto rank = preference_for(one);
        ranked.emplace_back(std::move(rank), std::move(one));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (ranked.size() > most_ways) ranked.resize(most_ways);
    std::vector<route> kept;
    for (auto& [rank, one] : ranked)
        if (!is_among(kept, one)) kept.push_back(std::move(one));
    return kept;
}

bool never_misses(route::const_iterator from, const route& of)
{
    return std::none_of(from, of.end(), [](const auto& step) { return step.may_miss; });
}

/// Whether every row that goes along the way, as far as it leads, is reached by one of these.
bool is_covered(const route& one, const std::vector<route>& by)
{
    return std::any_of(by.begin(), by.end(), [&](const auto& other) {
        const auto fork = std::mismatch(one.begin(), one.end(), other.begin(), other.end(), same_hop).second;
        return never_misses(fork, other);
    });
}

bool begins_with(const route& one, const route& begin)
{
    return one.size() > begin.size() && std::equal(begin.begin(), begin.end(), one.begin(), same_hop);
}

/// How the ways begin, from none of their steps on, where none of them may reach a row.
std::vector<route> forks(const std::vector<route>& ways)
{
    std::vector<route> all;
    for (const auto& one : ways)
        for (auto end = one.begin(); end != one.end(); ++end) {
            const route begin(one.begin(), end);
            if (!is_covered(begin, ways) && !is_among(all, begin)) all.push_back(begin);
        }
    return all;
}

} // namespace

way_search::way_search(const pg::catalog& source, const model::module_map& modules, std::string tenant_column)
    : source_(source), links_(source), tenant_column_(std::move(tenant_column))
{
    for (const auto& module : modules.modules())
        rules_.insert(module.rules.begin(), module.rules.end());
    for (const auto& table : source.tables)
        ahead_[table.id] = steps_from(table.id, rule_of(table.id));
    leading_ = tables_that_lead();
}

/// Backwards from the tables that have a tenant column.
std::set<pg::oid> way_search::tables_that_lead() const
{
    std::map<pg::oid, std::vector<pg::oid>> before;
    std::vector<pg::oid> reached;
    for (const auto& [table, from] : ahead_) {
        for (const auto& step : from.steps)
            before[step.to].push_back(table);
        if (column_of(table)) reached.push_back(table);
    }
    std::set<pg::oid> leading;
    while (!reached.empty()) {
        const auto table = reached.back();
        reached.pop_back();
        if (!leading.insert(table).second) continue;
        const auto from = before.find(table);
        if (from != before.end()) reached.insert(reached.end(), from->second.begin(), from->second.end());
    }
    return leading;
}

model::tenant_rule way_search::rule_of(pg::oid table) const
{
    for (const auto id : links_.lineage(table)) {
        const auto* of = source_.find(id);
        const auto rule = of == nullptr ? rules_.end() : rules_.find(of->name);
        if (rule != rules_.end()) return rule->second;
    }
    return {};
}

std::optional<std::string> way_search::column_of(pg::oid table) const
{
    const auto rule = rule_of(table);
    if (rule.kind != rule_kind::derived && rule.kind != rule_kind::column) return std::nullopt;
    const auto& column = rule.kind == rule_kind::column ? rule.column : tenant_column_;
    return links_.has_column(table, column) ? std::optional(column) : std::nullopt;
}

path_steps way_search::steps_from(pg::oid table, const model::tenant_rule& rule) const
{
    if (rule.kind == rule_kind::path) return links_.by_rule(table, rule);
    if (rule.kind == rule_kind::shared) return {};
    return {links_.steps(table), std::nullopt};
}

std::vector<route> way_search::next_level(const std::vector<route>& level, const std::set<pg::oid>& seen,
                                          std::optional<rows_problem>& problem) const
{
    std::vector<route> next;
    for (const auto& before : level) {
        const auto& from = ahead_.at(before.back().to);
        if (from.problem && !problem) problem = from.problem;
        for (const auto& step : from.steps) {
            const bool again = std::any_of(before.begin(), before.end(),
                                           [&](const auto& passed) { return passed.to == step.to; });
            if (again || seen.count(step.to) > 0) continue;
            next.push_back(before);
            next.back().push_back(step);
        }
    }
    return next;
}

std::vector<route> way_search::first_level(pg::oid table, const model::tenant_rule& rule,
                                           std::optional<rows_problem>& problem) const
{
    auto first = steps_from(table, rule);
    problem = first.problem;
    const auto itself = links_.lineage(table);
    std::vector<route> level;
    for (auto& step : first.steps)
        if (itself.count(step.to) == 0) level.push_back({std::move(step)});
    return level;
}

/// Level by level, so that the first that arrive are the shortest; all of that length.
way_search::found way_search::shortest(pg::oid table, const model::tenant_rule& rule) const
{
    found all;
    auto level = first_level(table, rule, all.problem);
    auto seen = links_.lineage(table);
    while (!level.empty()) {
        level = best_of(std::move(level));
        for (const auto& one : level) {
            seen.insert(one.back().to);
            if (column_of(one.back().to)) all.ends.push_back(one);
        }
        if (!all.ends.empty()) break;
        level = next_level(level, seen, all.problem);
    }
    if (!all.ends.empty()) all.problem.reset();
    return all;
}

bool way_search::has_columns(pg::oid table, const std::vector<std::string>& columns) const
{
    return std::all_of(columns.begin(), columns.end(),
                       [&](const auto& column) { return links_.has_column(table, column); });
}

bool way_search::may_be_read(const path_step& step) const
{
    const auto& table = *source_.find(step.to);
    return table.may_select && !table.hides_rows;
}

/// Tenants of different types would not stand in one column; and a way for the few must not keep a plan from the many.
bool way_search::can_stand_in(const route& other, const route& chosen) const
{
    const auto type = [&](const route& of) {
        return links_.bare_type(of.back().to, *column_of(of.back().to));
    };
    return type(other) == type(chosen) &&
           std::all_of(other.begin(), other.end(), [&](const auto& step) { return may_be_read(step); });
}

/// What the row above, to which the step leads, must have for the way to lead on from it: a partition, or a table that
/// inherits, has columns that the table above it may not have.
std::vector<std::string> way_search::columns_upwards(const route& begin, const path_step& step,
                                                     const std::vector<route>& ways) const
{
    auto needed = step.hop.from_columns;
    for (const auto& one : ways) {
        if (!begins_with(one, begin)) continue;
        const auto& next = one[begin.size()].hop.from_columns;
        needed.insert(needed.end(), next.begin(), next.end());
    }
    return needed;
}

/// From the table, or from one on the ways, along its keys to itself.
std::vector<model::other_way> way_search::upwards(pg::oid table, const std::vector<route>& ways) const
{
    std::vector<model::other_way> all;
    for (const auto& begin : forks(ways)) {
        const auto at = begin.empty() ? table : begin.back().to;
        if (rule_of(at).kind == rule_kind::path) continue;
        for (const auto& step : links_.steps_to_itself(at)) {
            if (all.size() == most_other_ways) return all;
            if (!may_be_read(step) || !has_columns(step.to, columns_upwards(begin, step, ways))) continue;
            auto up = begin;
            up.push_back(step);
            model::other_way climb{hops_of(up), {}, true};
            if (std::find(all.begin(), all.end(), climb) == all.end()) all.push_back(std::move(climb));
        }
    }
    return all;
}

std::vector<model::other_way> way_search::behind(pg::oid table, const model::tenant_rule& rule,
                                                 const route& chosen) const
{
    std::vector<route> kept{chosen};
    std::optional<rows_problem> ignored;
    auto level = first_level(table, rule, ignored);
    for (int hops = 1; hops <= most_hops && !level.empty() && kept.size() <= most_other_ways; ++hops) {
        std::erase_if(level, [&](const route& one) { return !leading_.contains(one.back().to); });
        std::vector<route> further;
        for (auto& one : best_of(std::move(level))) {
            if (is_covered(one, kept)) continue;
            if (!column_of(one.back().to))
                further.push_back(std::move(one));
            else if (can_stand_in(one, chosen) && kept.size() <= most_other_ways)
                kept.push_back(std::move(one));
        }
        level = next_level(further, links_.lineage(table), ignored);
    }
    std::vector<model::other_way> all;
    for (std::size_t i = 1; i < kept.size(); ++i)
        all.push_back({hops_of(kept[i]), *column_of(kept[i].back().to), false});
    auto last = upwards(table, kept);
    std::move(last.begin(), last.end(), std::back_inserter(all));
    return all;
}

} // namespace tropeiro::scheduler::plan
