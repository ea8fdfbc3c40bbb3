// Takes back what one rollout made for one city, and nothing else: the database, when the rollout made it; in one that
// was there before, the objects it made and the rows it brought into empty tables; and what it published.
//
//   look, under locks that keep writers out --changed--> refused, unless changes are to be discarded
//     `-> control database: unpublished, noted as begun -> target: dropped -> noted as finished
//
// Whatever dies on the way, the same call again goes on: each step is harmless to repeat, and until the last one no
// rollout begins on the city. Coroutines on the caller's executor.
#pragma once

#include "scheduler/store/undo_record.hpp"
#include "scheduler/undo/report.hpp"
#include "shared/pg/dsn.hpp"

namespace tropeiro::scheduler::undo {

struct undo_request {
    model::rollout_id rollout;
    std::string slug;
    bool dry_run = false;         // look only; in a database that was there before, drop and roll back
    bool compare = true;          // read the rows back; without, a look is quick and tells of no change
    bool discard_changes = false; // rows that came or changed after the rollout are lost
};

/// Throws what read_undoable() throws, and failure(refused) when the database is another tenant's or holds changes.
task<report> undo_city(pg::connection& control, tenancy::cities_table cities, pg::dsn target_admin,
                       undo_request what);

} // namespace tropeiro::scheduler::undo
