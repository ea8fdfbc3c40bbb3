// The job `sequences`: the tenant's sequences go on where the source's are.
//
// A second run is harmless: it sets the same values, or later ones of the source; the tenant is not published
// yet.
#pragma once

#include "shared/model/table_name.hpp"
#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

#include <vector>

namespace tropeiro::worker::provision {

task<model::progress> set_sequences(const context::job_context& job);

/// The same of these, as a part of another job.
task<> set_sequences(const context::job_context& job, std::vector<model::table_name> sequences);

} // namespace tropeiro::worker::provision
