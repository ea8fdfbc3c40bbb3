// Is there something between us and the server that gives every transaction another session? Snapshots,
// session settings, advisory locks and COPY across statements need a session of our own.
#pragma once

#include "shared/pg/connection.hpp"

#include <optional>
#include <string>

namespace tropeiro::pg {

/// The reason why this connection is taken for one through a transaction-mode (or statement-mode) pooler;
/// nothing for a direct connection or a pooler in session mode. Opens a second connection to the same place
/// when, and only when, the first already shows that something stands in between.
task<std::optional<std::string>> transaction_pooler(connection& through);

} // namespace tropeiro::pg
