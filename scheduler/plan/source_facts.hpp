// Everything that a plan needs to know of the source, read once for all tenants.
#pragma once

#include "scheduler/plan/archive_closure.hpp"
#include "scheduler/plan/planner.hpp"
#include "scheduler/plan/row_format.hpp"
#include "scheduler/plan/schema_archive.hpp"
#include "scheduler/plan/selection.hpp"
#include "scheduler/plan/statements.hpp"
#include "scheduler/plan/tenant_rows.hpp"
#include "shared/pg/catalog.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A selected table and what is the same for every tenant.
struct source_table {
    selected_table selected;
    pg::catalog_table table;
    std::vector<std::string> columns; // that are copied, in their order
    format_choice format;
    rows_choice rows;
    std::string filter_type; // of the filter's column, wherever that stands
    pg::tenant_statistics statistics;
    bool has_statistics = false;
    bool indexed = false; // an index leads with the filter's column
    bool by_ctid = true;

    bool holds_rows() const { return table.kind == pg::table_kind::heap; }
    bool by_path() const { return !rows.filter.path.empty(); }

    /// The one that has the filter's column: itself, or the last of its path.
    pg::oid tenant_table() const { return by_path() ? rows.along->path->steps.back().to : table.id; }
};

struct source_facts {
    pg::catalog catalog;
    selection selected;
    std::vector<source_table> tables; // of the selection, in its order
    archive_contents archive;
    archive_closure closure;
    std::map<pg::object_identity, std::string> shapes;
    std::map<pg::object_key, std::set<std::string>> named_roles;
    std::vector<index_statement> indexes; // of every selected table

    const source_table* find(const model::table_name& name) const;

    /// Its columns; none where there is no such key.
    std::vector<std::string> primary_key(pg::oid table) const;

    /// A partition's problem is that of its table, whose rule would solve it.
    bool is_said_of_parent(const source_table& table) const;

    /// Those whose rows this rollout reads, and those on the way from them to their tenants.
    std::vector<model::table_name> tables_with_rows() const;

    /// The selected tables and those that they point to: whether they hold rows matters.
    std::vector<model::table_name> tables_with_references() const;

    /// Not selected, and the source's user may not read them: pg_dump locks what it dumps, and may not lock these.
    std::vector<model::table_name> unreadable_tables() const;
};

/// Pure: formats, filters and columns of the selected tables.
void describe_tables(source_facts& facts, const plan_request& request, const plan_settings& settings,
                     const std::vector<pg::catalog_extension>& target_extensions);

/// Reads tenant statistics of the described tables.
task<> read_statistics(pg::connection& source, source_facts& facts, const plan_settings& settings);

/// Reads what the catalogs add to the archive, and closes over the selection.
task<> read_archive(pg::connection& source, source_facts& facts, const schema_archive& archive);

} // namespace tropeiro::scheduler::plan
