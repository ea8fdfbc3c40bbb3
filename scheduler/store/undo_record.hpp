// Undoing one city of a rollout, as the control database sees it: whether it may be, what is to be taken back, and what
// was. Free functions on the caller's connection.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "shared/tenancy/cities_table.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace tropeiro::scheduler::store {

struct undoable_city {
    model::rollout_id rollout;
    std::string slug;
    model::tenant_id tenant;
    std::string database;
    std::string template_name;           // that the rollout would have made the database from; may be empty
    std::vector<model::copy_item> sent;  // the tables whose rows it was to bring
    std::vector<model::table_name> made; // the tables of its modules
    model::existing_rows on_existing = model::existing_rows::refuse;
    bool finished = false; // was undone before
};

/// Throws failure(not_found) when the rollout has no such city, failure(conflict) while its jobs are unfinished or when
/// a later rollout has worked on it, failure(refused) when the rollout kept no account of what it made.
task<undoable_city> read_undoable(pg::connection& control, model::rollout_id rollout, std::string slug);

/// The control plane's part, in one transaction: what was published is taken back, the module log says so, jobs that
/// wait are given up, and until finish_undo() no rollout begins on the city. Looks at everything again first. Harmless
/// to repeat.
task<> begin_undo(pg::connection& control, tenancy::cities_table cities, model::rollout_id rollout,
                  std::string slug);

task<> finish_undo(pg::connection& control, model::rollout_id rollout, std::string slug,
                   boost::json::value report);

} // namespace tropeiro::scheduler::store
