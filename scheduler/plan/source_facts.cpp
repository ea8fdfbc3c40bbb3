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
                            const std::vector<pg::catalog_extension>& target_extensions)
{
    source_table t;
    t.selected = selected;
    t.table = *facts.catalog.find(selected.id);
    std::vector<pg::catalog_column> copied;
    rows_question question{selected.name, selected.module, selected.rule, {}};
    for (auto& column : facts.catalog.columns_of(selected.id)) {
        question.columns.push_back(column.name);
        if (column.generated) continue;
        t.columns.push_back(column.name);
        copied.push_back(std::move(column));
    }
    t.format = choose_format(copied, facts.catalog.extensions, target_extensions);
    t.rows = choose_rows(question, request.rows, settings.tenant_column);
    if (t.columns.empty()) t.rows = {}; // rows of nothing
    t.filter_type = type_of(facts.catalog, selected.id, t.rows.filter.column);
    t.indexed = leads_an_index(facts.catalog, selected.id, t.rows.filter.column);
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

std::vector<model::table_name> source_facts::tables_with_rows() const
{
    std::vector<model::table_name> names;
    for (const auto& table : tables)
        if (table.rows.copied && table.holds_rows()) names.push_back(table.selected.name);
    return names;
}

void describe_tables(source_facts& facts, const plan_request& request, const plan_settings& settings,
                     const std::vector<pg::catalog_extension>& target_extensions)
{
    for (const auto& selected : facts.selected.tables)
        facts.tables.push_back(describe_table(facts, selected, request, settings, target_extensions));
}

task<> read_statistics(pg::connection& source, source_facts& facts, const plan_settings& settings)
{
    std::vector<pg::tenant_column> asked;
    std::vector<std::size_t> which;
    std::int64_t left = count_at_most;
    for (std::size_t i = 0; i < facts.tables.size(); ++i) {
        const auto& t = facts.tables[i];
        if (!t.rows.copied || !t.holds_rows() || !t.table.may_select || t.table.hides_rows) continue;
        pg::tenant_column column{t.selected.name, t.rows.filter.column, false};
        column.count = t.table.total_bytes <= settings.small_table_bytes && t.table.total_bytes <= left;
        if (column.count) left -= t.table.total_bytes;
        asked.push_back(std::move(column));
        which.push_back(i);
    }
    const auto found = co_await pg::read_tenant_statistics(source, std::move(asked));
    for (std::size_t i = 0; i < which.size(); ++i) {
        facts.tables[which[i]].statistics = found[i];
        facts.tables[which[i]].has_statistics = true;
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
