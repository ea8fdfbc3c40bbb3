// Keeps tables as they are while a snapshot is read: a snapshot shows a table's rows only as long as nobody truncates,
// rewrites or drops the table.
#pragma once

#include "shared/model/table_name.hpp"
#include "shared/pg/connection.hpp"

#include <vector>

namespace tropeiro::pg {

/// Takes ACCESS SHARE on the tables and their partitions until the transaction ends. It hinders neither reading nor
/// writing; whoever asks for a stronger lock waits, and all that come to the table after him. Needs an open transaction,
/// which survives when it fails; throws pg::error, 55P03 when somebody has held a stronger lock for two seconds, and
/// failure(conflict) when a table was truncated or rewritten between the transaction's snapshot and now.
task<> hold_tables(connection& c, std::vector<model::table_name> tables);

} // namespace tropeiro::pg
