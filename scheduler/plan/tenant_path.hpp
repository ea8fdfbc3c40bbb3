// How the rows of a table without the tenant column find their tenant: along foreign keys, over as few tables as
// possible, to one that has it. Pure.
//
//   table -> a table with the tenant column, or with a rule "column NAME": the end
//         -> a table with a rule "via": on by that rule alone
//         -> a table with the rule "shared": its rows are everybody's, and it leads nowhere
//
// Among equally short ways the one with fewer links that may lead nowhere is taken, then the first by the keys' names.
// Rows that it does not reach go by the next one, and last upwards, along a key from a table on the way to itself; from
// a table with a rule "via" there is one way alone.
#pragma once

#include "scheduler/plan/way_search.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct tenant_path {
    route steps;        // none: the table has the column itself
    std::string column; // of the last table

    std::vector<model::path_hop> hops() const;
};

/// A way that would have done as well, and the rule that takes it.
struct path_tie {
    tenant_path path;
    model::table_name where; // the table at which it turns off, whose rule it is
    std::string rule;        // via teacher_id -> teachers
};

/// A row that a table's key leads to, and whose it is.
struct linked_owner {
    path_step step;
    model::row_filter owner; // of the linked table's rows

    std::string text() const;
};

struct path_choice {
    std::optional<tenant_path> path;
    std::vector<model::other_way> otherwise; // for rows that the path does not reach
    std::optional<rows_problem>
        problem; // when there is none: a rule that cannot be followed; or no key leads on
    std::vector<path_tie> ties;
    std::vector<linked_owner> others; // of the table's other keys: where they lead to another tenant, a row's
                                      // link points out of its tenant's database

    /// Of the rows' owner, where there is a path; without a value.
    model::row_filter filter() const;
};

class tenant_paths {
  public:
    tenant_paths(const pg::catalog& source, const model::module_map& modules, std::string tenant_column);

    /// `rule`: the table's own.
    path_choice find(pg::oid table, const model::tenant_rule& rule) const;

    /// Where the table's keys lead to rows of tenants, but for the key with which `owner`, of its rows, begins.
    std::vector<linked_owner> others_of(pg::oid table, const model::row_filter& owner) const;

  private:
    path_choice choose(pg::oid table, const model::tenant_rule& rule) const;
    std::optional<model::row_filter> owner_at(pg::oid table) const;
    bool applies_at(pg::oid table, const model::row_filter& owner) const;
    tenant_path finished(route steps) const;
    std::vector<path_tie> ties_of(pg::oid table, const std::vector<route>& ends) const;

    const pg::catalog& source_;
    way_search search_;
    mutable std::map<pg::oid, std::optional<model::row_filter>> owners_; // that were asked for
};

/// "grade_id -> grades.student_id -> students.city_id", "(a, b) -> t.city_id": for people.
std::string path_text(const std::vector<model::path_hop>& hops, const std::string& column);

/// "teacher_id -> teachers.city_id", "parent_id upwards", "file_id -> files.folder_id upwards".
std::string way_text(const model::other_way& way);

/// ", else along teacher_id -> teachers.city_id"; empty: there is no other way.
std::string otherwise_text(const model::row_filter& filter);

} // namespace tropeiro::scheduler::plan
