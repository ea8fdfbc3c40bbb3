#include "scheduler/plan/foreign_keys.hpp"

#include "scheduler/plan/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

std::string why_left_out(const model::table_name& referenced, const key_question& q)
{
    const auto name = model::to_string(referenced);
    if (is_control_plane(referenced, q.control_tables))
        return fmt::format("\"{}\" belongs to the control plane and stays behind", name);
    return fmt::format("\"{}\" is neither part of this rollout nor in the database", name);
}

using graph = std::map<model::table_name, std::set<model::table_name>>;

/// The shortest way along the keys from `from` back to itself; empty when there is none.
std::vector<model::table_name> way_back(const graph& keys, const model::table_name& from)
{
    std::map<model::table_name, model::table_name> came_from;
    std::vector<model::table_name> queue{from};
    for (std::size_t at = 0; at < queue.size(); ++at) {
        const auto here = queue[at];
        const auto next = keys.find(here);
        if (next == keys.end()) continue;
        for (const auto& to : next->second) {
            if (to == from) {
                std::vector<model::table_name> way{here};
                while (way.back() != from)
                    way.push_back(came_from.at(way.back()));
                std::reverse(way.begin(), way.end());
                return way;
            }
            if (came_from.emplace(to, here).second) queue.push_back(to);
        }
    }
    return {};
}

} // namespace

std::vector<key_choice> choose_foreign_keys(const pg::catalog& source, const key_question& q)
{
    std::vector<key_choice> chosen;
    for (const auto& key : source.constraints) {
        const auto* table = source.find(key.table);
        const auto* referenced = source.find(key.referenced);
        if (key.type != 'f' || key.parent != 0 || table == nullptr || referenced == nullptr) continue;
        const bool from_arriving = q.arriving.count(table->name) > 0;
        const bool to_arriving = q.arriving.count(referenced->name) > 0;
        if (!from_arriving && !(to_arriving && q.present.count(table->name) > 0)) continue;
        foreign_key_plan plan{table->name, key.name, referenced->name, true, {}};
        plan.kept = to_arriving || q.present.count(referenced->name) > 0;
        if (!plan.kept) plan.reason = why_left_out(referenced->name, q);
        chosen.push_back({&key, std::move(plan)});
    }
    return chosen;
}

std::vector<std::string> key_cycles(const std::vector<foreign_key_plan>& keys)
{
    graph edges;
    for (const auto& key : keys)
        if (key.kept && key.table != key.referenced) edges[key.table].insert(key.referenced);
    std::set<model::table_name> told;
    std::vector<std::string> cycles;
    for (const auto& [table, to] : edges) {
        if (told.count(table) > 0) continue;
        const auto way = way_back(edges, table);
        if (way.empty()) continue;
        std::string words;
        for (const auto& step : way) {
            told.insert(step);
            words += model::to_string(step) + " -> ";
        }
        cycles.push_back(words + model::to_string(table));
    }
    return cycles;
}

} // namespace tropeiro::scheduler::plan
