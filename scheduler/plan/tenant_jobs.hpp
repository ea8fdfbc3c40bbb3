// The jobs of one tenant while a plan is cut into them. Pure.
#pragma once

#include "scheduler/plan/plan.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

using job_indices = std::vector<std::size_t>; // into plan::jobs

class tenant_jobs {
  public:
    tenant_jobs(plan& to, std::size_t tenant) : plan_(to), tenant_(tenant) {}

    /// `after`: in any order, each as often as it likes. Gives the job's index.
    std::size_t add(model::job_kind kind, std::string label, double score, boost::json::value spec,
                    job_indices after);

    /// The copy is done together with those of other tenants that have the same number.
    void join_pass(std::size_t job, std::int64_t pass) { plan_.jobs[job].pass = pass; }

  private:
    plan& plan_;
    std::size_t tenant_;
};

/// What a step costs next to others of its tenant: bytes to send, and a row's own price.
double cost(std::int64_t rows, std::int64_t bytes);

} // namespace tropeiro::scheduler::plan
