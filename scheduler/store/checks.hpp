// Checks of the tenants' data: which tables can be checked, and what was found.
#pragma once

#include "scheduler/plan/check_plan.hpp"
#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tropeiro::scheduler::store {

/// Of these tenants; a tenant into which nothing was copied has none.
task<std::vector<plan::checkable_table>> checkable_tables(pg::connection& control,
                                                          std::vector<model::tenant> tenants);

/// A line of tropeiro.data_check.
struct table_check {
    std::string city; // slug
    std::string database;
    model::table_name table;
    std::string method;  // receipt, source
    std::string verdict; // same, differs, repaired, unknown
    std::int64_t expected = 0;
    std::int64_t found = 0;
    std::int64_t missing = 0;
    std::int64_t differing = 0;
    std::int64_t doubled = 0;
    std::int64_t extra = 0;
    std::int64_t repaired = 0;
    boost::json::value examples; // [{"what","row","rows"}]
    std::string note;
};

/// Empty for a rollout that checks nothing.
task<std::vector<table_check>> rollout_checks(pg::connection& control, model::rollout_id rollout);

} // namespace tropeiro::scheduler::store
