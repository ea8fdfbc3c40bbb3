// The job `verify`: tables of the tenant are read back from the target and must give the receipts that were
// taken from the stream when its rows were sent.
//
// A second run is harmless: it only reads.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::provision {

/// Throws failure(conflict) naming each table whose rows are not those that were sent.
task<model::progress> verify(const context::job_context& job);

} // namespace tropeiro::worker::provision
