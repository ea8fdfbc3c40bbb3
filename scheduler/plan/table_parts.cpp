#include "scheduler/plan/table_parts.hpp"

#include <algorithm>

namespace tropeiro::scheduler::plan {

std::int64_t work_bytes(const part_question& q)
{
    const auto sent = static_cast<double>(q.total_bytes) * q.share;
    const auto in_vain = q.indexed ? 0.0 : static_cast<double>(q.heap_bytes) * (1 - q.share);
    return static_cast<std::int64_t>(sent + in_vain / 4);
}

std::vector<model::block_range> split(const part_question& q)
{
    const auto blocks = std::max<std::int64_t>(1, q.heap_bytes / std::max<std::int64_t>(1, q.block_size));
    const auto size = std::max<std::int64_t>(1, q.part_bytes);
    const auto wanted = (work_bytes(q) + size - 1) / size;
    const auto parts = std::clamp<std::int64_t>(wanted, 1, std::min(blocks, q.most));
    std::vector<model::block_range> ranges;
    for (std::int64_t i = 0; i < parts; ++i) {
        model::block_range range{blocks * i / parts, {}};
        if (i + 1 < parts) range.end_block = blocks * (i + 1) / parts;
        ranges.push_back(range);
    }
    return ranges;
}

bool can_split(const pg::catalog_table& table, int server_version)
{
    return table.kind == pg::table_kind::heap && table.access_method == "heap" && server_version >= 140000;
}

} // namespace tropeiro::scheduler::plan
