// What stands in a table of the target now, as a receipt: the same sum that was taken from the stream when its rows
// were sent.
#pragma once

#include "shared/crypto/row_receipt.hpp"
#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

namespace tropeiro::worker::copy {

/// The receipt of every row of the item's table. Reads the table once; holds one row in memory.
task<crypto::row_receipt> read_back(pg::connection& target, const model::copy_item& item);

} // namespace tropeiro::worker::copy
