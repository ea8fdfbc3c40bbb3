// The job `sequences`: the tenant's sequences go on where the source's are.
//
// A second run is harmless: it sets the same values, or later ones of the source; the tenant is not published
// yet.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::provision {

task<model::progress> set_sequences(const context::job_context& job);

} // namespace tropeiro::worker::provision
