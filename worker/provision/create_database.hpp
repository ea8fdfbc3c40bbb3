// The job `create_database`: the tenant's database with the source's encoding and collation, our schema in
// it, and its identity.
//
// A second run is harmless: a database that is there stays as it is, and its identity must be this tenant's.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::provision {

task<model::progress> create_database(const context::job_context& job);

} // namespace tropeiro::worker::provision
