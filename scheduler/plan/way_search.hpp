// The ways along foreign keys from a table to those that have the tenant column: the shortest ones, and those for rows
// that one of them does not reach. Pure.
#pragma once

#include "scheduler/plan/path_steps.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// From a table on; along each step stands the key that leads to the next table.
using route = std::vector<path_step>;

/// Refers to the catalog.
class way_search {
  public:
    way_search(const pg::catalog& source, const model::module_map& modules, std::string tenant_column);

    const table_links& links() const { return links_; }

    /// Of the module map. A partition has the rule of its table.
    model::tenant_rule rule_of(pg::oid table) const;

    /// By which column the table itself tells tenants apart.
    std::optional<std::string> column_of(pg::oid table) const;

    struct found {
        std::vector<route> ends;             // the preferred one first; none: no way leads to a tenant
        std::optional<rows_problem> problem; // then: a rule that cannot be followed
    };

    /// From a table with this rule.
    found shortest(pg::oid table, const model::tenant_rule& rule) const;

    /// For the rows of a table with this rule that `chosen` does not reach, shorter ways first, those upwards last. None
    /// that no row can need, and not more than a few.
    std::vector<model::other_way> behind(pg::oid table, const model::tenant_rule& rule,
                                         const route& chosen) const;

    bool has_columns(pg::oid table, const std::vector<std::string>& columns) const;

  private:
    std::set<pg::oid> tables_that_lead() const;
    path_steps steps_from(pg::oid table, const model::tenant_rule& rule) const;
    std::vector<route> first_level(pg::oid table, const model::tenant_rule& rule,
                                   std::optional<rows_problem>& problem) const;
    std::vector<route> next_level(const std::vector<route>& level, const std::set<pg::oid>& seen,
                                  std::optional<rows_problem>& problem) const;
    std::vector<model::other_way> upwards(pg::oid table, const std::vector<route>& ways) const;
    std::vector<std::string> columns_upwards(const route& begin, const path_step& step,
                                             const std::vector<route>& ways) const;
    bool can_stand_in(const route& other, const route& chosen) const;
    bool may_be_read(const path_step& step) const;

    const pg::catalog& source_;
    table_links links_;
    std::map<model::table_name, model::tenant_rule> rules_;
    std::string tenant_column_;
    std::map<pg::oid, path_steps> ahead_; // of every table
    std::set<pg::oid> leading_;           // to a tenant, by whichever way
};

} // namespace tropeiro::scheduler::plan
