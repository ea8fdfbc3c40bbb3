// Takes a plan into the control database: rollout, schema scripts, jobs with their edges, snapshot.
// Everything or nothing; from then on the rollout runs whatever happens to the process that stored it.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace tropeiro::scheduler::store {

/// An exported snapshot of the source and the process that keeps it alive.
struct snapshot_holder {
    std::string name;
    std::string holder;
};

struct store_options {
    boost::json::value request;              // kept as rollout.options, for people
    std::optional<snapshot_holder> snapshot; // of the transaction that the plan was made in; becomes epoch 1
};

/// The rollout's number. 15,000 jobs take about a second.
task<model::rollout_id> store_rollout(pg::connection& control, plan::plan what, store_options options);

} // namespace tropeiro::scheduler::store
