// Carries one part of one table from a source reader to one or several targets: the loop in which the rows
// pass.
#pragma once

#include "shared/base/clock.hpp"
#include "worker/context/job_pulse.hpp"
#include "worker/copy/ledger.hpp"

#include <exception>
#include <functional>
#include <vector>

namespace tropeiro::worker::copy {

struct copy_options {
    std::int64_t batch_rows = 50'000;
    model::existing_rows on_existing = model::existing_rows::refuse;
    milliseconds longest_stall{
        30'000}; // a target that holds up the others for so long, at once or in all, is left behind
    std::int64_t most_rows = 0; // a single end, by place: no more than these and a checkpoint; 0: the part
};

/// Where a part's rows of one tenant go. Connection and pulse outlive the copy.
struct part_end {
    std::reference_wrapper<pg::connection> target;
    model::copy_item item;
    claim who;
    std::reference_wrapper<context::job_pulse> pulse;
};

/// How it went for one end: what was asked for is there, or `fault` says why not, and `state` what was committed.
struct part_result {
    part_state state;
    std::exception_ptr fault;
};

/// Acquires the part at every end, reads it once from where the one that is furthest behind stands, and
/// commits batch by batch. `source` stands in a transaction with the rollout's snapshot. The ends' items
/// differ in the value of their filter alone; one result each, in their order.
///
/// Ends do not notice each other: one that is refused, breaks, is fenced off or is asked to stop drops out,
/// at its last checkpoint, and the others go on. What a row's content is to blame for ends as `refused_batch`. One that
/// has stalled the others too long ends as `stopped`, so that it goes on alone (see pass_pace). Throws what the source says, and a cancellation: then no end is done. A part
/// without row places cannot go on inside itself: it is one batch, and has one end.
task<std::vector<part_result>> copy_pass(pg::connection& source, std::vector<part_end> ends,
                                         copy_options options);

/// The same for a single tenant. Returns the part's state, which is done. Throws fenced_off, stopped (at a
/// checkpoint), and what the servers say.
task<part_state> copy_part(pg::connection& source, pg::connection& target, const model::copy_item& item,
                           const claim& who, const copy_options& options, context::job_pulse& pulse);

} // namespace tropeiro::worker::copy
