// The jobs `restore_schema` and `finish_schema`: scripts made from pg_dump, before the rows and after the
// keys.
//
// A second run is harmless: the script and the line in tropeiro.applied_step commit together, and a step that
// has its line is passed over.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

#include <cstdint>

namespace tropeiro::worker::provision {

/// Empties the tables that are to be replaced, dropping their foreign keys (the job `foreign_keys` brings
/// them back), then runs the script; all of it in one transaction.
task<model::progress> restore_schema(const context::job_context& job);

task<model::progress> finish_schema(const context::job_context& job);

/// The same as a part of another job. `script`: tropeiro.schema_script.id.
task<> finish_schema(const context::job_context& job, std::int64_t script);

} // namespace tropeiro::worker::provision
