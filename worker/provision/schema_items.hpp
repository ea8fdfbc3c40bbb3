// The jobs `indexes` and `foreign_keys`: statements that each make one index or constraint.
//
// A second run is harmless: what stands already (and is valid) is passed over, under a lock per item, so that
// a worker that lost its lease and the one that took over cannot make the same thing at once. Validating a key again is a
// question that is answered twice.
#pragma once

#include "shared/model/job.hpp"
#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

#include <vector>

namespace tropeiro::worker::provision {

task<model::progress> make_indexes(const context::job_context& job);
task<model::progress> make_foreign_keys(const context::job_context& job);

/// The same of these items, as a part of another job.
task<> make_indexes(const context::job_context& job, std::vector<model::schema_item> items);
task<> make_foreign_keys(const context::job_context& job, std::vector<model::schema_item> items);

} // namespace tropeiro::worker::provision
