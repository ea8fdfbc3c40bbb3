// A rollout: one order for many tenants. Its state follows from its jobs and from what the operator asked.
#pragma once

#include "shared/model/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tropeiro::model {

/*
   planned --start--> running <--pause/resume--> paused
                        |  \--cancel--> cancelled (when no job is running any more)
                        |-- every job done ----------------> done
                        `-- nothing left but dead and blocked --> failed   (retry: back to running)
*/
enum class rollout_state { running, paused, done, failed, cancelled };

std::string_view to_string(rollout_state state);
rollout_state rollout_state_from(std::string_view name);

/// Jobs of a rollout by state. `blocked` are waiting ones that a dead or cancelled job holds up.
struct job_counts {
    std::int64_t wait = 0;
    std::int64_t running = 0;
    std::int64_t done = 0;
    std::int64_t dead = 0;
    std::int64_t cancelled = 0;
    std::int64_t blocked = 0;

    std::int64_t total() const { return wait + running + done + dead + cancelled; }
};

/// The state that these counts mean for a rollout which the operator last asked to be in `asked`
/// (running, paused or cancelled).
rollout_state next_state(rollout_state asked, const job_counts& jobs);

} // namespace tropeiro::model
