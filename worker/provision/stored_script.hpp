// The schema scripts that the scheduler has stored for a rollout.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

#include <cstdint>
#include <string>

namespace tropeiro::worker::provision {

/// The script's text; empty for 0. Throws failure(failed) when it is not in the control database.
task<std::string> load_script(const context::job_context& job, std::int64_t id);

} // namespace tropeiro::worker::provision
