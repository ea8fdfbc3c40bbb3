// Carries one part of one table from a source reader to a target: the loop in which the rows pass.
#pragma once

#include "worker/context/job_pulse.hpp"
#include "worker/copy/ledger.hpp"

namespace tropeiro::worker::copy {

struct copy_options {
    std::int64_t batch_rows = 50'000;
    model::existing_rows on_existing = model::existing_rows::refuse;
};

/// Acquires the part, goes on where its last batch ended, commits batch by batch. `source` stands in a transaction
/// with the rollout's snapshot. Returns the part's state, which is done. Throws fenced_off, stopped (at a
/// checkpoint), and what the servers say. A part without row places cannot go on inside itself: unless it is done
/// it must have committed nothing, which holds because such a part is one batch.
task<part_state> copy_part(pg::connection& source, pg::connection& target, const model::copy_item& item,
                           const claim& who, const copy_options& options, context::job_pulse& pulse);

} // namespace tropeiro::worker::copy
