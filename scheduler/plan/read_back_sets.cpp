#include "scheduler/plan/read_back_sets.hpp"

#include <utility>

namespace tropeiro::scheduler::plan {

std::vector<std::vector<model::copy_item>> read_back_sets(std::vector<model::copy_item> tables,
                                                          std::int64_t together)
{
    std::vector<std::vector<model::copy_item>> sets;
    std::int64_t bytes = 0;
    for (auto& table : tables) {
        if (sets.empty() || bytes + table.expected_bytes > together) {
            sets.emplace_back();
            bytes = 0;
        }
        bytes += table.expected_bytes;
        sets.back().push_back(std::move(table));
    }
    return sets;
}

std::int64_t bytes_of(const std::vector<model::copy_item>& tables)
{
    std::int64_t bytes = 0;
    for (const auto& table : tables)
        bytes += table.expected_bytes;
    return bytes;
}

} // namespace tropeiro::scheduler::plan
