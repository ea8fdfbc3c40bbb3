// Waiting for an advisory lock without blocking in it: a blocking wait would hold its snapshot against everybody.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/pg/connection.hpp"

#include <string>

namespace tropeiro::pg {

/// Repeats a statement that tries for a lock and answers whether it was got ("SELECT pg_try_advisory_xact_lock(7)"),
/// every `pause`. False: not within `limit`. Throws what the statement throws.
task<bool> poll_lock(connection& c, std::string attempt, steady::duration limit, milliseconds pause);

} // namespace tropeiro::pg
