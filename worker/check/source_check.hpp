// A table of the target against the source as it is now, and the repair of what differs.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/check/table_check.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::check {

/// With `repair`, in one transaction: the table is held against writers, compared, repaired, compared again, and its
/// receipt becomes that of what stands there now. Throws pg::error (23503) when rows refer to rows that are missing.
task<table_check> check_against_source(const context::job_context& job, const model::copy_item& item,
                                       bool repair);

} // namespace tropeiro::worker::check
