// A table of the target against the receipt that was taken when its rows were sent.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "worker/check/table_check.hpp"

namespace tropeiro::worker::check {

/// Reads the table once. Unknown when there is no receipt: rows were merged into it, or its copy is not finished.
task<table_check> check_receipt(pg::connection& target, const model::copy_item& item);

} // namespace tropeiro::worker::check
