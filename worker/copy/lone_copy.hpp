// A part that is copied for one tenant by itself, row by row where it must be: a batch that the target refuses is
// read again from the checkpoint, in pieces, until the row is found. Every good row in front of it is committed
// on the way. What is held in memory is what a copy holds always: the rows come from the source anew.
#pragma once

#include "shared/log/log.hpp"
#include "worker/copy/part_copier.hpp"

#include <cstdint>

namespace tropeiro::worker::copy {

/// Where a part comes from and goes to. A refused batch ends its connection to the target, and mostly the one to
/// the source, whose stream it cuts.
class part_access {
  public:
    virtual ~part_access() = default;
    /// Makes those anew that are not sound any more.
    virtual task<> renew() = 0;
    virtual pg::connection& source() = 0; // in a transaction with the rollout's snapshot
    virtual pg::connection& target() = 0;
    virtual claim who() const = 0; // its epoch is the source connection's
};

struct lone_options {
    copy_options copy;
    model::bad_rows on_bad_row = model::bad_rows::fail;
    std::int64_t most_bad_rows = 1000;
};

/// Copies the part to its end; its state, which is done. A row that the target refuses goes into quarantine, or
/// ends the copy with pg::error naming table, key, column and reason. Throws what copy_part() does as well. A
/// part without row places is one batch, in which no row can be told from the others: it is refused whole.
task<part_state> copy_alone(part_access& access, const model::copy_item& item, lone_options options,
                            context::job_pulse& pulse, const log::logger& log);

} // namespace tropeiro::worker::copy
