// The job `after_rows`: indexes, foreign keys, sequences and the rest of the schema of a tenant that is so small that a job
// for each would cost more than the work.
//
// A second run is harmless, because each step's is.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::provision {

task<model::progress> after_rows(const context::job_context& job);

} // namespace tropeiro::worker::provision
