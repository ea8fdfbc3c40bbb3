// Which tables are read once for several tenants, by whom and in which parts. Pure.
//
//   table -> tenants that get its rows -> alone, each by itself
//                                      `-> groups of at most pass_tenants -> parts, the same for all of a group
//
// The copy jobs of a group's tenants for one part (or for one set of small tables) are alike, have the same pass number,
// and are done together by the worker that takes the first of them.
#pragma once

#include "scheduler/plan/read_costs.hpp"
#include "scheduler/plan/source_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tropeiro::scheduler::plan {

/// How a table is read for the tenants of one group.
struct shared_reading {
    std::vector<model::block_range> ranges;
    std::size_t tenants = 0;
    std::int64_t pass =
        0; // of the first part, the others follow; or of the set of small tables that it is one of
    bool small = false; // goes in one job with other small tables
    double score = 0;   // of the job, the same for every tenant
};

/// What the choice is made from.
struct pass_question {
    const source_facts& source;
    std::vector<std::vector<bool>> copies;  // [table of the source][tenant]: its rows are copied
    std::vector<std::string> values;        // by tenant: what its rows have in the tenant column
    std::map<std::size_t, read_cost> costs; // by table; without: a path, or no index leads with the column
    std::size_t most = 32;                  // tenants of a pass
    std::int64_t part_bytes = 0;
    std::int64_t small_table_bytes = 0;
    std::vector<int> waves{}; // by tenant; none: all in one. A pass lies within a wave
};

class pass_choice {
  public:
    pass_choice() = default;
    explicit pass_choice(const pass_question& from);

    /// Nothing when the tenant reads the table alone.
    const shared_reading* find(std::size_t tenant, const model::table_name& table) const;

    /// Tenants of the largest pass; 0: there is none.
    std::size_t largest() const;

    /// Why the table is read so, for people; empty where there is no choice.
    std::string reason(const model::table_name& table) const;

  private:
    std::map<std::pair<std::size_t, model::table_name>, shared_reading> readings_;
    std::map<model::table_name, std::string> reasons_;
};

/// Whether equal values of the type are written alike, so that a row's key names its tenant.
bool tells_tenants_apart(const std::string& type);

/// Whether each value can stand in each table's tenant column.
bool values_fit(const pass_question& question);

/// Whether one reading of the table can serve several tenants.
bool readable_together(const source_table& table);

/// Tables whose rows could be read for several tenants at once or through an index: those that are worth a question.
std::vector<std::size_t> undecided_tables(const pass_question& question);

/// The question about one of them.
read_question ask_costs(const pass_question& question, std::size_t table);

/// How many connections to the target a pass may take: a quarter of those that the server has to give, so that several
/// workers find room beside each other.
std::size_t most_in_pass(std::int64_t wanted, std::int64_t max_connections);

/// How many passes of so many tenants find room beside each other, at least one. `with_the_source`: it is on the same
/// server, and so are those who read it: half of the connections are theirs.
std::int64_t passes_at_once(std::size_t tenants, std::int64_t max_connections, bool with_the_source);

} // namespace tropeiro::scheduler::plan
