// The tenant's database, as an undo finds it: whose it is, who made it, and its tables against what was brought into
// them. Internal to scheduler/undo. On the caller's connections.
#pragma once

#include "scheduler/store/undo_record.hpp"
#include "scheduler/undo/report.hpp"
#include "shared/pg/dsn.hpp"

namespace tropeiro::scheduler::undo {

/// A connection to the tenant's database, set up as workers set up theirs, names in an empty search path.
task<pg::connection> enter(pg::dsn admin, std::string database);

/// Whether the database was made by the rollout. Throws failure(refused) when it is another tenant's; one that nobody
/// has claimed is ours when it was made from the rollout's template.
task<bool> made_by_rollout(pg::connection& target, const store::undoable_city& city);

struct tables_to_go {
    std::vector<changed_table> changed;
    std::vector<std::string> to_empty; // quoted: stood before and got rows from this rollout alone
    std::vector<undone_thing> keeping; // stood before and hold rows that cannot be told apart
};

/// In a transaction of `target`: keeps writers out of the tables that are to go until it ends, and compares their rows
/// with what was brought (when `compare`).
task<tables_to_go> look_at_tables(pg::connection& target, const store::undoable_city& city, bool whole,
                                  bool compare);

/// In the same transaction: drops, empties, puts back.
task<std::vector<undone_thing>> drop_made(pg::connection& target, model::rollout_id rollout,
                                          std::vector<std::string> to_empty);

/// After drop_made(), which returned `things`: of the changes those whose rows it has taken away.
task<std::vector<changed_table>> lost_changes(pg::connection& target, const std::vector<undone_thing>& things,
                                              std::vector<changed_table> changed);

} // namespace tropeiro::scheduler::undo
