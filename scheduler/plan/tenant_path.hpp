// How the rows of a table without the tenant column find their tenant: along foreign keys, over as few tables as
// possible, to one that has it. Pure.
//
//   table -> a table with the tenant column, or with a rule "column NAME": the end
//         -> a table with a rule "via": on by that rule alone
//         -> a table with the rule "shared": its rows are everybody's, and it leads nowhere
//
// Among equally short ways the one with fewer links that may be NULL is taken, then the first by the keys' names.
#pragma once

#include "scheduler/plan/path_steps.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct tenant_path {
    std::vector<path_step> steps; // none: the table has the column itself
    std::string column;           // of the last table

    std::vector<model::path_hop> hops() const;
};

/// A way that would have done as well, and the rule that takes it.
struct path_tie {
    tenant_path path;
    model::table_name where; // the table at which it turns off, whose rule it is
    std::string rule;        // via teacher_id -> teachers
};

struct path_choice {
    std::optional<tenant_path> path;
    std::optional<rows_problem>
        problem; // when there is none: a rule that cannot be followed; or no key leads on
    std::vector<path_tie> ties;
    std::vector<tenant_path> others; // of the table's other keys: where they lead to another tenant, a row's
                                     // link points out of its tenant's database
};

class tenant_paths {
  public:
    tenant_paths(const pg::catalog& source, const model::module_map& modules, std::string tenant_column);

    /// `rule`: the table's own.
    path_choice find(pg::oid table, const model::tenant_rule& rule) const;

    /// Where the table's keys lead to tenants, but for the one with which `chosen` begins.
    std::vector<tenant_path> others_of(pg::oid table, const tenant_path& chosen) const;

  private:
    using way = std::vector<path_step>;

    model::tenant_rule rule_of(pg::oid table) const;
    std::optional<std::string> column_of(pg::oid table) const;
    path_steps steps_from(pg::oid table, const model::tenant_rule& rule) const;
    std::vector<way> next_level(const std::vector<way>& level, const std::set<pg::oid>& seen,
                                std::optional<rows_problem>& problem) const;
    std::vector<way> shortest(std::vector<way> level, std::set<pg::oid> seen,
                              std::optional<rows_problem>& problem) const;
    tenant_path finished(way steps) const;
    std::vector<path_tie> ties_of(pg::oid table, const std::vector<way>& ends) const;

    const pg::catalog& source_;
    table_links links_;
    std::map<model::table_name, model::tenant_rule> rules_;
    std::string tenant_column_;
};

/// "grade_id -> grades.student_id -> students.city_id", "(a, b) -> t.city_id": for people.
std::string path_text(const std::vector<model::path_hop>& hops, const std::string& column);

} // namespace tropeiro::scheduler::plan
