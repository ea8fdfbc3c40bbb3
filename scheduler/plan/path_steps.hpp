// Where a row of a table leads to: along its table's foreign keys, or by the module map's rule "via". Pure.
#pragma once

#include "shared/model/module_map.hpp"
#include "shared/model/row_filter.hpp"
#include "shared/pg/catalog_types.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Why a table's rows cannot be told apart, and what to do about it.
struct rows_problem {
    std::string what;
    std::string hint;
};

struct path_step {
    model::path_hop hop;
    pg::oid to = 0;
    bool may_miss = false; // some rows may have no link, or one that leads nowhere
    std::string key;       // the foreign key's name; empty: a rule without one
};

bool same_hop(const path_step& a, const path_step& b);
std::vector<model::path_hop> hops_of(const std::vector<path_step>& steps);

/// `problem`: a rule that cannot be followed; then there are no steps.
struct path_steps {
    std::vector<path_step> steps;
    std::optional<rows_problem> problem;
};

/// The links of the source's tables. Refers to the catalog.
class table_links {
  public:
    explicit table_links(const pg::catalog& source);

    /// Along the table's foreign keys to other tables, by the name of the key. Keys that PostgreSQL made for
    /// the partitions of a referenced table are none; a partition has those of its table.
    std::vector<path_step> steps(pg::oid table) const;

    /// Along the keys from the table to itself, or from a partition to its whole table.
    std::vector<path_step> steps_to_itself(pg::oid table) const;

    /// The one that a rule of kind `path` names. Without a foreign key the other side is that of the same
    /// names, when it is unique, or the primary key.
    path_steps by_rule(pg::oid table, const model::tenant_rule& rule) const;

    /// The table, and what it is a partition of or inherits from.
    std::set<pg::oid> lineage(pg::oid table) const;

    bool has_column(pg::oid table, const std::string& column) const;

    /// Its type without a modifier; empty: there is no such column.
    std::string bare_type(pg::oid table, const std::string& column) const;

  private:
    const pg::catalog_constraint& origin(const pg::catalog_constraint& key) const;
    bool is_link(const pg::catalog_constraint& key) const;
    path_step step_along(const pg::catalog_constraint& key) const;
    bool is_unique(pg::oid table, const std::vector<std::string>& columns) const;
    std::vector<std::string> primary_key(pg::oid table) const;
    path_steps guess(const pg::catalog_table& from, const pg::catalog_table& to,
                     const std::vector<std::string>& columns) const;
    path_step step_to(const pg::catalog_table& from, const pg::catalog_table& to,
                      std::vector<std::string> from_columns, std::vector<std::string> to_columns) const;

    const pg::catalog& source_;
    std::map<pg::oid, std::vector<const pg::catalog_constraint*>> constraints_; // by table
    std::map<pg::oid, const pg::catalog_constraint*> by_oid_;
};

} // namespace tropeiro::scheduler::plan
