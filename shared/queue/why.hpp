// Why a job does not run: the one reason that holds it now, in a sentence. Pure.
#pragma once

#include "shared/queue/queue.hpp"

#include <string>

namespace tropeiro::queue {

/// "waits for 3 jobs", "comes back in 12s after try 2 of 5", "t:neon-7 has 8 of 8 slots in use, by jobs 17,
/// 18 ...".
std::string reason(const job_facts& facts);

} // namespace tropeiro::queue
