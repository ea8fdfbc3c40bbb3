// Which rows of the source would go to no tenant's database, and which point out of their tenant: the counts that a plan
// makes of tables without the tenant column, made of every table that is told apart, and with the time that it takes.
#pragma once

#include "scheduler/plan/path_counts.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct table_survey {
    enum class kind_t {
        column, // a column of its own says whose a row is
        path,   // foreign keys lead there
        shared, // every tenant gets all rows; nothing is counted
        nobody, // it is not known how its rows are told apart
    };
    kind_t kind = kind_t::shared;
    path_plan counts;         // of kinds column and path; of the others module and table
    rows_problem problem;     // of kind nobody
    std::int64_t tenants = 0; // rows of tenants that are known

    /// Rows that point out of their tenant, those of two keys twice.
    std::int64_t conflicts() const;

    /// Nothing is wrong, and nothing was left uncounted. Legacy rows are no fault.
    bool well() const;
};

struct tenant_survey {
    std::vector<table_survey> tables;
    std::vector<finding> findings;

    bool well() const;
};

/// `request`: which tables; its rows are `own`. `known`: the tenants' ids. Reads in the transaction that `source` stands
/// in and leaves it open. Throws failure(not_found) for tables that are not there.
task<tenant_survey> survey_tenants(pg::connection& source, plan_request request, plan_settings settings,
                                   std::set<std::string> known, question_limits limits);

/// `counted`: of the tables that were. Pure.
tenant_survey put_together(const source_facts& facts, std::vector<path_plan> counted);

boost::json::value to_json(const tenant_survey& survey);

} // namespace tropeiro::scheduler::plan
