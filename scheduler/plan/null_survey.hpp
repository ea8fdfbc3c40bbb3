// Which NULLs of the source the tables that stand in the cities' databases already would refuse. A database that does not
// exist yet gets its tables as the source has them, and refuses none.
#pragma once

#include "scheduler/plan/source_facts.hpp"
#include "scheduler/plan/strict_columns.hpp"
#include "scheduler/plan/timed_questions.hpp"
#include "shared/model/tenant.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A city whose database exists, and what that takes no NULL in.
struct strict_city {
    std::string slug;
    std::string value; // of the tenant column
    bool legacy = false;
    std::string database;
    strict_columns columns;
};

/// A column of a city that rows of the source would be refused by.
struct refused_nulls {
    std::string city;
    std::string database;
    model::table_name table;
    strict_column column;
    std::int64_t rows = 0;
    std::vector<std::string> examples; // keys
};

struct uncounted_nulls {
    model::table_name table;
    std::vector<std::string> cities;
    std::string why;
};

struct null_survey {
    std::vector<std::string> compared;   // cities
    std::vector<std::string> new_cities; // without a database: nothing to compare with
    std::vector<refused_nulls> found;    // by city and table
    std::vector<uncounted_nulls> uncounted;

    bool well() const { return found.empty() && uncounted.empty(); }
};

/// Columns of the source's table that are copied, may be NULL there and may not in the city. Pure.
std::vector<strict_column> stricter_columns(const source_table& table, const pg::catalog& source,
                                            const strict_city& city);

/// Asks about the rows of these cities, by one reading of each table for them all. `facts`: as read_survey_facts()
/// describes them, for rows `own` or, where the cities are legacy ones, `legacy`; in their transaction. Adds to `into`.
task<> survey_nulls(pg::connection& source, const source_facts& facts, const std::vector<strict_city>& cities,
                    question_limits limits, null_survey& into);

boost::json::value to_json(const null_survey& survey);

} // namespace tropeiro::scheduler::plan
