// Which source tables a rollout has yet to read.
#pragma once

#include "shared/model/ids.hpp"
#include "shared/model/table_name.hpp"
#include "shared/pg/connection.hpp"

#include <vector>

namespace tropeiro::tenancy {

/// The tables of its unfinished copy jobs, each once, in the order of their names.
task<std::vector<model::table_name>> tables_to_copy(pg::connection& control, model::rollout_id rollout);

} // namespace tropeiro::tenancy
