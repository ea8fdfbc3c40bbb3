// Which tables one job reads back. Pure.
#pragma once

#include "shared/model/job.hpp"

#include <cstdint>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Bytes of small tables that go together: less than a second's work, so that jobs end at about the same time.
constexpr std::int64_t read_back_together = 64'000'000;

/// In the order of the tables, up to so many bytes together; a larger one alone.
std::vector<std::vector<model::copy_item>> read_back_sets(std::vector<model::copy_item> tables,
                                                          std::int64_t together = read_back_together);

/// What is expected in all of them.
std::int64_t bytes_of(const std::vector<model::copy_item>& tables);

} // namespace tropeiro::scheduler::plan
