// The job `copy`: the parts of one tenant's tables that its specification lists, one after the other. Jobs of
// several tenants with the same list are done as one pass: each part is read once for all of them.
//
// A second run is harmless: each part goes on where the target's ledger says that it ended, and a part that
// is done is passed over.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

#include <exception>
#include <functional>
#include <vector>

namespace tropeiro::worker::copy {

/// A member of a pass has met a row that its target refuses. The row is looked for when the job runs by itself, so
/// that the others need not wait.
class goes_alone : public failure {
  public:
    explicit goes_alone(std::string what) : failure(error_kind::interrupted, std::move(what)) {}
};

struct copy_result {
    model::progress
        progress; // rows and bytes of the job's parts as the ledger counts them, earlier attempts included
    std::exception_ptr fault; // why the job is not done
};

/// One result for each job, in their order. The jobs are of one rollout and, but for their filters' values
/// and expected rows, have the same specification. Never throws: what stops all of them stands in each
/// result.
task<std::vector<copy_result>> run_copy(std::vector<std::reference_wrapper<const context::job_context>> jobs);

} // namespace tropeiro::worker::copy
