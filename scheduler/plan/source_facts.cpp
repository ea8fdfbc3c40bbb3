#include "scheduler/plan/source_facts.hpp"

#include "scheduler/plan/table_parts.hpp"

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

/// Tables beyond this in all are estimated, not counted.
constexpr std::int64_t count_at_most = std::int64_t{256} << 20U;

bool leads_an_index(const pg::catalog& source, pg::oid table, const std::string& column)
{
    return !column.empty() &&
           std::any_of(source.indexes.begin(), source.indexes.end(), [&](const pg::catalog_index& i) {
               return i.table == table && i.valid && i.leading_column == column;
           });
}

std::string type_of(const pg::catalog& source, pg::oid table, const std::string& column)
{
    for (const auto& c : source.columns_of(table))
        if (c.name == column) return c.type;
    return {};
}

source_table describe_table(const source_facts& facts, const selected_table& selected,
                            const plan_request& request, const plan_settings& settings,
                            const tenant_paths& paths,
                            const std::vector<pg::catalog_extension>& target_extensions)
{
    source_table t;
    t.selected = selected;
    t.table = *facts.catalog.find(selected.id);
    std::vector<pg::catalog_column> copied;
    rows_question question{selected.name, selected.module, selected.rule, {}, selected.id};
    for (auto& column : facts.catalog.columns_of(selected.id)) {
        question.columns.push_back(column.name);
        if (column.generated) continue;
        t.columns.push_back(column.name);
        copied.push_back(std::move(column));
    }
    t.format = choose_format(copied, facts.catalog.extensions, target_extensions);
    t.rows = choose_rows(question, request.rows, settings.tenant_column, paths);
    if (t.columns.empty()) t.rows = {}; // rows of nothing
    t.filter_type = type_of(facts.catalog, t.tenant_table(), t.rows.filter.column);
    t.indexed = !t.by_path() && leads_an_index(facts.catalog, selected.id, t.rows.filter.column);
    t.by_ctid = can_split(t.table, facts.catalog.server.version);
    return t;
}

std::set<pg::object_key> impossible_indexes(const archive_contents& archive, const archive_closure& closure)
{
    std::set<int> left_out;
    for (const auto& entry : closure.left_out)
        left_out.insert(entry.entry);
    std::set<pg::object_key> objects;
    for (const auto& entry : archive.entries)
        if (made_after_rows(entry) && left_out.count(entry.id) > 0) objects.insert(entry.object);
    return objects;
}

} // namespace

const source_table* source_facts::find(const model::table_name& name) const
{
    const auto at =
        std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.selected.name == name; });
    return at == tables.end() ? nullptr : &*at;
}

std::vector<std::string> source_facts::primary_key(pg::oid table) const
{
    for (const auto& constraint : catalog.constraints)
        if (constraint.table == table && constraint.type == 'p') return constraint.columns;
    return {};
}

bool source_facts::is_said_of_parent(const source_table& table) const
{
    return table.table.is_partition &&
           std::any_of(table.table.parents.begin(), table.table.parents.end(), [&](const auto parent) {
               const auto* of = catalog.find(static_cast<pg::oid>(parent));
               const auto* above = of == nullptr ? nullptr : find(of->name);
               return above != nullptr && above->rows.problem;
           });
}

std::vector<model::table_name> source_facts::tables_with_rows() const
{
    std::set<model::table_name> names;
    for (const auto& table : tables) {
        if (!table.rows.copied || !table.holds_rows()) continue;
        names.insert(table.selected.name);
        for (const auto& hop : table.rows.filter.path)
            names.insert(hop.to);
        for (const auto& way : table.rows.filter.otherwise)
            for (const auto& hop : way.path)
                names.insert(hop.to);
    }
    return {names.begin(), names.end()};
}

std::vector<model::table_name> source_facts::tables_with_references() const
{
    std::set<model::table_name> names;
    for (const auto& table : selected.tables)
        names.insert(table.name);
    for (const auto& key : catalog.constraints) {
        const auto* referenced = catalog.find(key.referenced);
        if (key.type != 'f' || referenced == nullptr) continue;
        if (find(catalog.find(key.table)->name) != nullptr) names.insert(referenced->name);
    }
    return {names.begin(), names.end()};
}

std::vector<model::table_name> source_facts::unreadable_tables() const
{
    std::vector<model::table_name> names;
    for (const auto& table : catalog.tables)
        if (!table.may_select && find(table.name) == nullptr) names.push_back(table.name);
    return names;
}

void describe_tables(source_facts& facts, const plan_request& request, const plan_settings& settings,
                     const std::vector<pg::catalog_extension>& target_extensions)
{
    const tenant_paths paths(facts.catalog, settings.modules, settings.tenant_column);
    for (const auto& selected : facts.selected.tables)
        facts.tables.push_back(describe_table(facts, selected, request, settings, paths, target_extensions));
}

namespace {

/// What is asked about the tables' tenant columns. Within one, each table is counted that is small.
class statistics_questions {
  public:
    explicit statistics_questions(std::int64_t small) : small_(small) {}

    /// The answer's number. Equal questions share one.
    std::size_t ask(const pg::catalog_table& table, const std::string& column)
    {
        const auto [at, fresh] = numbers_.try_emplace({table.id, column}, asked.size());
        if (!fresh) return at->second;
        pg::tenant_column question{table.name, column, false};
        question.count =
            table.kind == pg::table_kind::heap && table.total_bytes <= small_ && table.total_bytes <= left_;
        if (question.count) left_ -= table.total_bytes;
        asked.push_back(std::move(question));
        return at->second;
    }

    std::vector<pg::tenant_column> asked;

  private:
    std::int64_t small_;
    std::int64_t left_ = count_at_most;
    std::map<std::pair<pg::oid, std::string>, std::size_t> numbers_;
};

bool may_be_read(const source_table& t)
{
    return t.rows.copied && t.holds_rows() && t.table.may_select && !t.table.hides_rows;
}

} // namespace

task<> read_statistics(pg::connection& source, source_facts& facts, const plan_settings& settings)
{
    statistics_questions of_tables(settings.small_table_bytes);
    statistics_questions of_ends(settings.small_table_bytes);
    std::map<std::size_t, std::size_t> tables;
    std::map<std::size_t, std::size_t> ends;
    for (std::size_t i = 0; i < facts.tables.size(); ++i) {
        const auto& t = facts.tables[i];
        if (!may_be_read(t)) continue;
        tables[i] = of_tables.ask(t.table, t.by_path() ? std::string() : t.rows.filter.column);
        if (t.by_path()) ends[i] = of_ends.ask(*facts.catalog.find(t.tenant_table()), t.rows.filter.column);
    }
    const auto found = co_await pg::read_tenant_statistics(source, std::move(of_tables.asked));
    const auto at_ends = co_await pg::read_tenant_statistics(source, std::move(of_ends.asked));
    for (const auto& [table, number] : tables) {
        auto& t = facts.tables[table];
        t.statistics = found[number];
        t.has_statistics = true;
        if (!t.by_path()) continue;
        const auto counted = t.statistics.exact ? std::optional(t.statistics.rows) : std::nullopt;
        t.statistics = through_path(t.table, at_ends[ends.at(table)], counted);
    }
}

task<> read_archive(pg::connection& source, source_facts& facts, const schema_archive& archive)
{
    facts.archive.entries = archive.entries();
    std::vector<pg::object_key> objects;
    for (const auto& entry : facts.archive.entries)
        if (entry.object.class_id != 0) objects.push_back(entry.object);
    facts.archive.names = co_await pg::identify(source, std::move(objects));
    facts.archive.owning_tables = co_await pg::read_owning_tables(source);
    facts.archive.needs = co_await pg::read_constraint_needs(source);
    facts.archive.function_bodies = co_await pg::read_function_bodies(source);
    facts.shapes = co_await pg::read_identities(source);
    facts.named_roles = co_await pg::read_named_roles(source);
    const auto wanted = facts.selected.oids();
    facts.closure = close_over(facts.archive, wanted);
    const auto without = impossible_indexes(facts.archive, facts.closure);
    facts.indexes = index_statements(facts.catalog, wanted, without);
}

} // namespace tropeiro::scheduler::plan
