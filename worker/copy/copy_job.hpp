// The job `copy`: the parts of one tenant's tables that its specification lists, one after the other.
//
// A second run is harmless: each part goes on where the target's ledger says that it ended, and a part that is
// done is passed over.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::copy {

/// The rows and bytes of the job's parts as the ledger counts them, those of earlier attempts included.
task<model::progress> run_copy(const context::job_context& job);

} // namespace tropeiro::worker::copy
