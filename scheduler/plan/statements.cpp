#include "scheduler/plan/statements.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

constexpr pg::oid pg_class = 1259; // the catalogs' own oids, the same in every database
constexpr pg::oid pg_constraint = 2606;

using pg::quote_ident;
using pg::quote_literal;

/// "fillfactor=70" -> "fillfactor='70'", as pg_dump writes it.
std::string option_list(const std::vector<std::string>& options)
{
    std::vector<std::string> written;
    for (const auto& option : options) {
        const auto equals = option.find('=');
        const auto value = equals == std::string::npos ? std::string() : option.substr(equals + 1);
        written.push_back(fmt::format("{}={}", quote_ident(option.substr(0, equals)), quote_literal(value)));
    }
    return text::join(written, ", ");
}

/// pg_get_constraintdef leaves the index's options out for keys; they stand before DEFERRABLE.
std::string with_options(std::string definition, const pg::catalog_constraint& constraint,
                         const pg::catalog_index& index)
{
    if (index.options.empty() || constraint.type == 'x') return definition;
    const auto clause = fmt::format(" WITH ({})", option_list(index.options));
    const auto at = constraint.deferrable ? definition.rfind(" DEFERRABLE") : std::string::npos;
    if (at == std::string::npos) return definition + clause;
    return definition.insert(at, clause);
}

void add_attachments(const pg::catalog& source, const pg::catalog_index& index,
                     const std::set<pg::oid>& tables, std::vector<std::string>& then)
{
    for (const auto& part : source.indexes)
        if (part.parent == index.id && tables.count(part.table) > 0)
            then.push_back(fmt::format("ALTER INDEX {} ATTACH PARTITION {}", pg::qualified(index.name),
                                       pg::qualified(part.name)));
}

std::vector<std::string> follow_ups(const pg::catalog& source, const pg::catalog_index& index,
                                    const pg::catalog_constraint* constraint, const std::set<pg::oid>& tables)
{
    std::vector<std::string> then;
    const auto table = pg::qualified(source.find(index.table)->name);
    const auto name = quote_ident(index.name.name);
    for (const auto& target : index.statistics) {
        const auto equals = target.find('=');
        then.push_back(fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}",
                                   pg::qualified(index.name), target.substr(0, equals),
                                   target.substr(equals + 1)));
    }
    if (index.clustered) then.push_back(fmt::format("ALTER TABLE {} CLUSTER ON {}", table, name));
    if (index.replica_identity)
        then.push_back(fmt::format("ALTER TABLE ONLY {} REPLICA IDENTITY USING INDEX {}", table, name));
    if (index.comment)
        then.push_back(fmt::format("COMMENT ON INDEX {} IS {}", pg::qualified(index.name),
                                   quote_literal(*index.comment)));
    if (constraint != nullptr && constraint->comment)
        then.push_back(fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", quote_ident(constraint->name),
                                   table, quote_literal(*constraint->comment)));
    add_attachments(source, index, tables, then);
    return then;
}

/// ALTER TABLE ... ADD CONSTRAINT k PRIMARY KEY (id) DEFERRABLE -> ... PRIMARY KEY USING INDEX k DEFERRABLE.
std::string taking_index(const model::schema_item& item)
{
    const auto head = fmt::format("ALTER TABLE ONLY {} ADD CONSTRAINT {} ", pg::qualified(item.table),
                                  quote_ident(item.name));
    const std::string_view definition = std::string_view(item.statement).substr(head.size());
    const std::string_view kind = definition.starts_with("PRIMARY KEY") ? "PRIMARY KEY" : "UNIQUE";
    const auto deferrable = definition.rfind(" DEFERRABLE");
    const auto tail =
        deferrable == std::string_view::npos ? std::string_view() : definition.substr(deferrable);
    return fmt::format("{}{} USING INDEX {}{}", head, kind, quote_ident(item.name), tail);
}

model::schema_item item_for(const pg::catalog& source, const pg::catalog_index& index,
                            const pg::catalog_constraint* constraint, const std::set<pg::oid>& tables)
{
    model::schema_item item;
    item.table = source.find(index.table)->name;
    item.name = constraint != nullptr ? constraint->name : index.name.name;
    item.is_constraint = constraint != nullptr;
    item.statement = constraint == nullptr
                         ? index.definition
                         : fmt::format("ALTER TABLE ONLY {} ADD CONSTRAINT {} {}", pg::qualified(item.table),
                                       quote_ident(constraint->name),
                                       with_options(constraint->definition, *constraint, index));
    item.then = follow_ups(source, index, constraint, tables);
    return item;
}

} // namespace

int partition_height(const pg::catalog& source, pg::oid table)
{
    const auto* self = source.find(table);
    if (self == nullptr || self->kind != pg::table_kind::partitioned) return 0;
    int below = 0;
    for (const auto& child : source.tables)
        if (std::find(child.parents.begin(), child.parents.end(), std::int64_t{table}) != child.parents.end())
            below = std::max(below, partition_height(source, child.id));
    return below + 1;
}

std::vector<index_statement> index_statements(const pg::catalog& source, const std::set<pg::oid>& tables,
                                              const std::set<pg::object_key>& without)
{
    std::map<pg::oid, const pg::catalog_constraint*> backed;
    for (const auto& constraint : source.constraints)
        if (constraint.type != 'f' && constraint.index != 0) backed[constraint.index] = &constraint;
    std::map<pg::oid, int> heights;
    std::vector<index_statement> all;
    for (const auto& index : source.indexes) {
        if (tables.count(index.table) == 0 || without.count({pg_class, index.id}) > 0) continue;
        if (without.count({pg_constraint, index.constraint}) > 0) continue;
        const auto [height, fresh] = heights.try_emplace(index.table, 0);
        if (fresh) height->second = partition_height(source, index.table);
        if (!index.valid && height->second == 0) continue; // what a failed CREATE INDEX CONCURRENTLY left
        const auto at = backed.find(index.id);
        const auto* constraint = at == backed.end() ? nullptr : at->second;
        index_statement made{
            index.table, index.id, height->second, item_for(source, index, constraint, tables), {}};
        if (made.height == 0 && constraint != nullptr && (constraint->type == 'p' || constraint->type == 'u'))
            made.index_definition = index.definition;
        all.push_back(std::move(made));
    }
    return all;
}

std::vector<model::schema_item> in_steps(const index_statement& index)
{
    if (index.index_definition.empty()) return {index.item};
    auto first = index.item;
    first.is_constraint = false;
    first.statement = index.index_definition;
    first.then.clear();
    auto second = index.item;
    second.step = model::item_step::takes_index;
    second.statement = taking_index(index.item);
    return {std::move(first), std::move(second)};
}

foreign_key_statement foreign_key_of(const pg::catalog& from, const pg::catalog_constraint& key)
{
    const auto& table = *from.find(key.table);
    const auto* referenced = from.find(key.referenced);
    const bool parted = table.kind == pg::table_kind::partitioned;
    const auto name = pg::qualified(table.name);
    foreign_key_statement made;
    made.item = {table.name, key.name, true, {}, {}};
    // On a partitioned table a foreign key always concerns the partitions: ONLY is an error there.
    made.item.statement = fmt::format("ALTER TABLE {}{} ADD CONSTRAINT {} {}", parted ? "" : "ONLY ", name,
                                      quote_ident(key.name), key.definition);
    if (key.comment)
        made.item.then.push_back(fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", quote_ident(key.name),
                                             name, quote_literal(*key.comment)));
    made.unchecked = made.item;
    // PostgreSQL makes no unchecked key on a partitioned table, and forgets the parts of one to such a table.
    const bool in_two =
        key.validated && !parted && referenced != nullptr && referenced->kind == pg::table_kind::heap;
    if (!in_two) return made;
    made.unchecked.statement += " NOT VALID";
    made.validation = model::schema_item{table.name, key.name, true, {}, {}};
    made.validation->statement =
        fmt::format("ALTER TABLE ONLY {} VALIDATE CONSTRAINT {}", name, quote_ident(key.name));
    made.validation->step = model::item_step::validates;
    return made;
}

} // namespace tropeiro::scheduler::plan
