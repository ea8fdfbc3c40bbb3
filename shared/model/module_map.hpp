// Which tables belong to which module, and how a table's rows are told apart by tenant where that cannot be
// derived from its columns. Read from the workspace file; the map is configuration, not code.
#pragma once

#include "shared/base/error.hpp"
#include "shared/model/table_name.hpp"

#include <map>
#include <string>
#include <vector>

namespace tropeiro::model {

/// How the rows of one tenant are found in a source table.
struct tenant_rule {
    enum class kind_t {
        derived, // by the tenant column, when the table has it
        shared,  // every tenant gets all rows
        column,  // by another column, named here
        path,    // along a foreign key to a table that has the column
    };
    kind_t kind = kind_t::derived;
    std::string column;                    // kind column
    std::vector<std::string> link_columns; // kind path: columns of this table
    table_name linked;                     // kind path: the table they point to
};

/// "shared", "column tenant_uuid", "via student_id -> students", "via a, b -> public.t".
result<tenant_rule> parse_tenant_rule(std::string_view text);

struct module {
    std::string name;
    std::string description;
    std::vector<table_name> tables;
    std::map<table_name, tenant_rule> rules;
};

class module_map {
  public:
    module_map() = default;
    explicit module_map(std::vector<module> modules) : modules_(std::move(modules)) {}

    const std::vector<module>& modules() const { return modules_; }
    bool empty() const { return modules_.empty(); }
    const module* find(std::string_view name) const;

    /// The named modules in the map's order; every module when `names` is empty. An unknown name is an
    /// error that lists the known ones.
    result<std::vector<module>> select(const std::vector<std::string>& names) const;

  private:
    std::vector<module> modules_;
};

} // namespace tropeiro::model
