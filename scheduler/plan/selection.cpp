#include "scheduler/plan/selection.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

using severity = finding::severity_t;

std::string_view kind_words(pg::table_kind kind)
{
    switch (kind) {
    case pg::table_kind::view:
        return "a view";
    case pg::table_kind::materialized_view:
        return "a materialized view";
    case pg::table_kind::foreign:
        return "a foreign table";
    default:
        return "a table";
    }
}

bool can_go(const pg::catalog_table& table)
{
    return table.kind == pg::table_kind::heap || table.kind == pg::table_kind::partitioned;
}

class selecting {
  public:
    selecting(const model::module_map& modules, const std::vector<model::table_name>& control,
              const pg::catalog& source)
        : modules_(modules), control_(control), source_(source)
    {
        for (const auto& table : source.tables)
            for (const auto parent : table.parents)
                children_[parent].push_back(&table);
    }

    selection run(const table_choice& which)
    {
        if (which.all_tables)
            every_table();
        else if (!which.tables.empty())
            for (const auto& name : which.tables)
                add_named(module_of(modules_, name), name, rule_of(name));
        else
            by_modules(which.modules);
        if (out_.tables.empty() && out_.findings.empty())
            block("nothing was selected", "name --modules, --tables or --all-tables");
        return std::move(out_);
    }

  private:
    void block(std::string what, std::string hint)
    {
        out_.findings.push_back({severity::blocks, {}, std::move(what), std::move(hint)});
    }

    void by_modules(const std::vector<std::string>& names)
    {
        if (modules_.empty())
            return block("the workspace names no modules",
                         "add [modules.NAME] to tropeiro.toml, or give --tables or --all-tables");
        const auto chosen = modules_.select(names).value();
        for (const auto& module : chosen) {
            use_module(module.name);
            for (const auto& table : module.tables)
                add_named(module.name, table, rule_of(table));
        }
    }

    void every_table()
    {
        for (const auto& table : source_.tables)
            if (can_go(table) && table.parents.empty() && !is_control_plane(table.name, control_))
                add(module_of(modules_, table.name), table, rule_of(table.name));
    }

    model::tenant_rule rule_of(const model::table_name& name) const
    {
        for (const auto& module : modules_.modules()) {
            const auto at = module.rules.find(name);
            if (at != module.rules.end()) return at->second;
        }
        return {};
    }

    void use_module(const std::string& name)
    {
        if (std::find(out_.modules.begin(), out_.modules.end(), name) == out_.modules.end())
            out_.modules.push_back(name);
    }

    void add_named(const std::string& module, const model::table_name& name, const model::tenant_rule& rule)
    {
        if (is_control_plane(name, control_))
            return block(
                fmt::format(
                    "table \"{}\" belongs to the control plane and is never made in a tenant's database",
                    model::to_string(name)),
                fmt::format("take it out of module \"{}\", or out of [control] tables", module));
        const auto* table = source_.find(name);
        if (table == nullptr) return missing(module, name);
        if (!can_go(*table))
            return block(
                fmt::format("\"{}\" is {}; only tables are provisioned", model::to_string(name),
                            kind_words(table->kind)),
                fmt::format("take it out of module \"{}\" and name the tables that it reads", module));
        add(module, *table, rule);
    }

    void missing(const std::string& module, const model::table_name& name)
    {
        std::vector<std::string> known;
        for (const auto& table : source_.tables)
            known.push_back(model::to_string(table.name));
        const auto near = text::nearest(model::to_string(name), known);
        const auto whose = module == no_module ? std::string() : fmt::format(" (module \"{}\")", module);
        block(fmt::format("table \"{}\"{} is not in the source database", model::to_string(name), whose),
              near                  ? fmt::format("did you mean \"{}\"?", *near)
              : module == no_module ? "psql's \\d shows which tables there are"
                                    : "correct the module map in tropeiro.toml");
    }

    void add(const std::string& module, const pg::catalog_table& table, const model::tenant_rule& rule)
    {
        if (!taken_.insert(table.id).second) return;
        use_module(module);
        out_.tables.push_back({module, table.id, table.name, rule});
        const auto heirs = children_.find(table.id);
        if (heirs == children_.end()) return;
        for (const auto* child : heirs->second) {
            if (!can_go(*child)) {
                block(fmt::format("\"{}\", a part of table \"{}\", is {}", model::to_string(child->name),
                                  model::to_string(table.name), kind_words(child->kind)),
                      "detach it, or leave the table out");
                continue;
            }
            if (!child->is_partition)
                out_.findings.push_back(
                    {severity::notes,
                     {},
                     fmt::format("table \"{}\" inherits from \"{}\" and goes with it",
                                 model::to_string(child->name), model::to_string(table.name)),
                     {}});
            add(module, *child, rule);
        }
    }

    const model::module_map& modules_;
    const std::vector<model::table_name>& control_;
    const pg::catalog& source_;
    std::map<std::int64_t, std::vector<const pg::catalog_table*>> children_;
    std::set<pg::oid> taken_;
    selection out_;
};

} // namespace

std::string module_of(const model::module_map& modules, const model::table_name& table)
{
    for (const auto& module : modules.modules())
        if (std::find(module.tables.begin(), module.tables.end(), table) != module.tables.end())
            return module.name;
    return std::string(no_module);
}

bool is_control_plane(const model::table_name& table, const std::vector<model::table_name>& control_tables)
{
    if (table.schema == "tropeiro") return true;
    if (table.schema == "public" && (table.name == "tenant_registry" || table.name == "tenant_module_log"))
        return true;
    return std::find(control_tables.begin(), control_tables.end(), table) != control_tables.end();
}

std::set<pg::oid> selection::oids() const
{
    std::set<pg::oid> all;
    for (const auto& table : tables)
        all.insert(table.id);
    return all;
}

selection select_tables(const table_choice& which, const model::module_map& modules,
                        const std::vector<model::table_name>& control_tables, const pg::catalog& source)
{
    return selecting(modules, control_tables, source).run(which);
}

} // namespace tropeiro::scheduler::plan
