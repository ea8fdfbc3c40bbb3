// Why a job does not run, from what the control database knows. The queue's own facts (queue/why.hpp) are
// better and go first when there is a queue; this answers without one. Pure.
#pragma once

#include "scheduler/store/records.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::api {

/// The one reason, as a sentence. `dependencies` are the jobs that it depends on and that are not done.
std::string reason_from_records(const store::job_record& job, const store::rollout_record& rollout,
                                const std::vector<store::job_record>& dependencies);

/// True when the queue cannot know more: finished, or held by a dependency or by an order.
bool settled_by_records(const store::job_record& job, const store::rollout_record& rollout,
                        const std::vector<store::job_record>& dependencies);

} // namespace tropeiro::scheduler::api
