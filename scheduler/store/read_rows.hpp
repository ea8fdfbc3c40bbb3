// Turns rows of this folder's queries into records; internal to scheduler/store. Pure.
#pragma once

#include "scheduler/store/records.hpp"
#include "shared/pg/rows.hpp"

#include <string>
#include <string_view>

namespace tropeiro::scheduler::store {

rollout_record read_rollout(const pg::row& row);
job_record read_job(const pg::row& row);

/// Columns wait, running, done, dead, cancelled, blocked.
model::job_counts read_counts(const pg::row& row);

/// A state of a job by its name in the database; throws `failure` for one that this program does not know.
model::job_state job_state_named(std::string_view name);
model::job_kind job_kind_named(std::string_view name);

/// One word for a city of a rollout: that of its jobs, "waiting" when none has begun.
std::string city_state(model::rollout_state asked, const model::job_counts& jobs);

} // namespace tropeiro::scheduler::store
