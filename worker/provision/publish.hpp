// The job `publish`: where the tenant's modules live, the lines of the module log, and cities.db_url, in one
// transaction of the control database. Before it nothing of the tenant is visible to the application.
//
// A second run is harmless: placements and lines are replaced by the same ones.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::provision {

task<model::progress> publish(const context::job_context& job);

} // namespace tropeiro::worker::provision
