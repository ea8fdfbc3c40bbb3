// What has to be made in one tenant's database, and what speaks against it: the source's schema against what
// is there already. Pure. Tenants whose databases do not exist yet share one answer.
#pragma once

#include "scheduler/plan/foreign_keys.hpp"
#include "scheduler/plan/script_text.hpp"
#include "scheduler/plan/source_facts.hpp"
#include "scheduler/plan/target_state.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A foreign key that this rollout makes, to a table that stands in the target, is empty and stays so.
struct unanswered_key {
    foreign_key_plan key;
    bool nullable = false; // rows whose link is NULL pass all the same
};

struct schema_work {
    std::vector<int> entries; // of the archive, for both scripts
    std::vector<index_statement> indexes;
    std::vector<foreign_key_statement> foreign_keys;
    std::vector<foreign_key_plan> keys; // kept and left out, for people
    std::vector<unanswered_key> unanswered;
    std::vector<table_in_place> in_place;
    std::set<model::table_name> existing;   // selected tables that stand already
    std::set<model::table_name> copied;     // tables that get rows
    std::set<model::table_name> complete;   // whose rows have arrived in an earlier rollout
    std::set<model::table_name> unverified; // of those: never read back, for that rollout ended too soon
    std::vector<model::table_name> truncate;
    std::vector<finding> findings; // without the tenant's name

    bool changes_schema() const
    {
        return !entries.empty() || !indexes.empty() || !foreign_keys.empty() || !truncate.empty() ||
               !in_place.empty();
    }
};

schema_work plan_schema(const source_facts& source, const plan_request& request,
                        const plan_settings& settings, const target_state& target);

/// Those of tables that hold rows first, then upwards.
std::vector<index_statement> indexes_in_order(const schema_work& work);

/// Indexes and foreign keys, in the order in which they can be made.
std::vector<model::schema_item> items_in_order(const schema_work& work);

/// Entries of the closure that the target lacks, in the archive's order.
std::vector<int> missing_entries(const source_facts& source, const target_state& target);

/// What differs between a table here and the one of its name there: "column \"a\" is text here and integer
/// there".
std::vector<std::string> column_differences(const std::vector<pg::catalog_column>& source,
                                            const std::vector<pg::catalog_column>& target);

} // namespace tropeiro::scheduler::plan
