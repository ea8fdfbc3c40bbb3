#include "scheduler/plan/row_format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

std::string why_not_binary(const pg::catalog_column& column)
{
    switch (column.obstacle) {
    case pg::binary_obstacle::no_functions:
        return fmt::format("{} has no binary form", column.culprit);
    case pg::binary_obstacle::registry:
        return fmt::format("{} is an oid, which is another object's over there", column.culprit);
    case pg::binary_obstacle::composite:
        return fmt::format("{} is composite and names its columns' types by oid", column.culprit);
    case pg::binary_obstacle::array_of_own:
        return fmt::format("arrays of {} name their element type by oid", column.culprit);
    case pg::binary_obstacle::none:
        break;
    }
    return {};
}

const pg::catalog_extension* find(const std::vector<pg::catalog_extension>& all, const std::string& name)
{
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == name; });
    return at == all.end() ? nullptr : &*at;
}

std::string other_version(const pg::catalog_column& column, const std::vector<pg::catalog_extension>& source,
                          const std::vector<pg::catalog_extension>& target)
{
    if (column.extension.empty()) return {};
    const auto* here = find(source, column.extension);
    const auto* there = find(target, column.extension);
    if (here == nullptr || there == nullptr) return {}; // its own finding says so
    const auto& version = there->installed.empty() ? there->available : there->installed;
    if (here->installed == version) return {};
    return fmt::format("extension {} is version {} here and {} over there", column.extension, here->installed,
                       version);
}

} // namespace

format_choice choose_format(const std::vector<pg::catalog_column>& columns,
                            const std::vector<pg::catalog_extension>& source,
                            const std::vector<pg::catalog_extension>& target)
{
    for (const auto& column : columns) {
        auto reason = why_not_binary(column);
        if (reason.empty()) reason = other_version(column, source, target);
        if (!reason.empty())
            return {model::copy_format::text, fmt::format("column \"{}\": {}", column.name, reason)};
    }
    return {};
}

} // namespace tropeiro::scheduler::plan
