// Reads a table of a tenant's database and adds up its rows as the stream that brought them was added up.
#pragma once

#include "shared/crypto/row_receipt.hpp"
#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

namespace tropeiro::rows {

/// The receipt of the rows that stand in the item's table now.
task<crypto::row_receipt> read_back(pg::connection& target, const model::copy_item& item);

} // namespace tropeiro::rows
