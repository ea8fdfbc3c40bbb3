// A job's row in the control database, as its worker sees it: the claim is ratified there, and its end
// recorded. Every write names the claim number, so that a worker that was overtaken changes nothing.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/queue/queue.hpp"
#include "shared/rt/asio.hpp"
#include "worker/runtime/outcome.hpp"

#include <optional>
#include <string>

namespace tropeiro::worker::runtime {

struct ratified_job {
    model::rollout_id rollout;
    model::tenant_id tenant;
    std::string city;
    std::string database;
    model::job_kind kind{};
    std::string label;
    std::string spec; // JSON
};

/// Why a claim was not ratified.
struct refused_claim {
    enum class why_t {
        done,     // the queue may release what waits for it
        given_up, // dead, cancelled, or its rollout was removed: nothing may be released
        newer,    // the control database knows a larger claim number: the queue was rolled back
    };
    why_t why = why_t::given_up;
    std::int64_t claim_seq = 0;
};

struct ratification {
    std::optional<ratified_job> job;
    refused_claim refused; // when there is no job
};

task<ratification> ratify(pg::connection& control, queue::claimed claim, std::string worker);

task<> record_done(pg::connection& control, queue::claimed claim, model::progress progress);

/// `state` is what the queue decided: wait, dead or cancelled. `landed` is what was committed under this claim; it
/// comes on top of what earlier claims brought.
task<> record_failure(pg::connection& control, queue::claimed claim, std::string error,
                      model::job_state state, model::progress landed);
task<> record_release(pg::connection& control, queue::claimed claim, model::job_state state,
                      model::progress landed);

} // namespace tropeiro::worker::runtime
