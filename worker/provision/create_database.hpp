// The job `create_database`: the tenant's database with the source's encoding and collation, the tables from a
// template if the plan has one, our schema in it, and its identity.
//
// A second run is harmless: a database that is there stays as it is, and its identity must be this tenant's.
#pragma once

#include "shared/model/job.hpp"
#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

#include <string>

namespace tropeiro::worker::provision {

task<model::progress> create_database(const context::job_context& job);

/// CREATE DATABASE without anything in it but what PostgreSQL brings.
std::string create_database_sql(const std::string& name, const model::create_database_spec& spec);

} // namespace tropeiro::worker::provision
