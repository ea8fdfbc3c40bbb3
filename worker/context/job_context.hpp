// All that a job's code is given: what to do, in whose name, with which connections. One per attempt, made by
// runtime/job_runner, on the worker's one thread.
#pragma once

#include "shared/log/log.hpp"
#include "shared/model/job.hpp"
#include "worker/context/job_pulse.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

namespace tropeiro::worker::context {

class site;

struct job_context {
    model::job_id job;
    std::int64_t fence = 0; // the claim number that the control database has ratified
    model::rollout_id rollout;
    model::tenant_id tenant;
    std::string city;     // slug
    std::string database; // the tenant's
    model::job_kind kind{};
    boost::json::value spec;
    log::logger log;
    site& servers;
    job_pulse& pulse;

    /// "tropeiro/<job>/<fence>": by this name a new owner finds the backends of an old one.
    std::string application_name() const;
};

} // namespace tropeiro::worker::context
