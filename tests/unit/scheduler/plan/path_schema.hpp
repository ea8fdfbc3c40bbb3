// Tables and keys as a catalog has them, written by hand.
#pragma once

#include "scheduler/plan/tenant_path.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

using names = std::vector<std::string>;

/// Tables with columns and keys, in the order in which a test names them. A name with '?' is a column that may be NULL.
class schema {
  public:
    pg::oid table(const std::string& name, const names& columns, const names& primary = {"id"},
                  std::vector<std::int64_t> parents = {}, pg::table_kind kind = pg::table_kind::heap)
    {
        pg::catalog_table t;
        t.id = next_++;
        t.name = {"public", name};
        t.kind = kind;
        t.is_partition = !parents.empty();
        t.parents = std::move(parents);
        source.tables.push_back(t);
        for (auto column : columns) {
            pg::catalog_column c;
            c.table = t.id;
            c.not_null = column.back() != '?';
            c.type = column.find("uuid") == std::string::npos ? "bigint" : "uuid";
            if (!c.not_null) column.pop_back();
            c.name = column;
            source.columns.push_back(c);
        }
        if (!primary.empty()) constraint(t.id, name + "_pkey", 'p', primary);
        source.sort();
        return t.id;
    }

    pg::oid key(pg::oid from, const std::string& name, const names& columns, pg::oid to,
                const names& to_columns = {"id"}, pg::oid parent = 0, bool validated = true)
    {
        auto& made = constraint(from, name, 'f', columns);
        made.referenced = to;
        made.referenced_columns = to_columns;
        made.parent = parent;
        made.validated = validated;
        return made.id;
    }

    void rule(const std::string& table, const std::string& text)
    {
        module_.rules[{"public", table}] = *model::parse_tenant_rule(text);
    }

    path_choice find(pg::oid table) const
    {
        const tenant_paths paths(source, model::module_map({module_}), "city_id");
        const auto own = module_.rules.find(source.find(table)->name);
        return paths.find(table, own == module_.rules.end() ? model::tenant_rule() : own->second);
    }

    /// In words; empty: there is none.
    std::string path(pg::oid table) const
    {
        const auto found = find(table);
        return found.path ? path_text(found.path->hops(), found.path->column) : "";
    }

    /// The ways of rows that the path does not reach, in words.
    names otherwise(pg::oid table) const
    {
        names all;
        for (const auto& way : find(table).otherwise)
            all.push_back(way_text(way));
        return all;
    }

    std::string problem(pg::oid table) const
    {
        const auto found = find(table);
        return found.problem ? found.problem->what : "";
    }

    /// Where the keys of a table with this column of its own lead, in words.
    names others_of_column(pg::oid table, const std::string& column) const
    {
        const tenant_paths paths(source, model::module_map({module_}), "city_id");
        names all;
        for (const auto& other : paths.others_of(table, {model::row_filter::kind_t::equals, column, {}}))
            all.push_back(other.text());
        return all;
    }

    pg::catalog source;

  private:
    pg::catalog_constraint& constraint(pg::oid table, const std::string& name, char type,
                                       const names& columns)
    {
        pg::catalog_constraint c;
        c.id = next_++;
        c.table = table;
        c.name = name;
        c.type = type;
        c.columns = columns;
        source.constraints.push_back(c);
        return source.constraints.back();
    }

    pg::oid next_ = 20000;
    model::module module_;
};

} // namespace tropeiro::scheduler::plan
