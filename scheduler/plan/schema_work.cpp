#include "scheduler/plan/schema_work.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

using severity = finding::severity_t;

class comparing_schema {
  public:
    comparing_schema(const source_facts& source, const plan_request& request, const plan_settings& settings,
                     const target_state& target)
        : source_(source), request_(request), settings_(settings), target_(target)
    {
    }

    schema_work run()
    {
        for (const auto& table : source_.tables)
            look_at(table);
        look_at_shapes();
        work_.entries = missing_entries(source_, target_);
        choose_keys();
        find_unanswered_keys();
        for (const auto& index : source_.indexes)
            if (!has_index(index)) work_.indexes.push_back(index);
        clear_the_way();
        guard_truncation();
        return std::move(work_);
    }

  private:
    void add(severity how, std::string what, std::string hint = {})
    {
        work_.findings.push_back({how, {}, std::move(what), std::move(hint)});
    }

    void look_at(const source_table& table)
    {
        const auto& name = table.selected.name;
        const auto* there = target_.catalog.find(name);
        if (there != nullptr) {
            work_.existing.insert(name);
            const auto differ = column_differences(source_.catalog.columns_of(table.selected.id),
                                                   target_.catalog.columns_of(there->id));
            if (!differ.empty())
                add(severity::blocks,
                    fmt::format("table \"{}\" exists with other columns: {}", model::to_string(name),
                                text::join(differ, "; ")),
                    "bring both databases to one schema version first");
        }
        if (!table.rows.copied) return;
        // A partitioned table is named with its partitions, for the keys that point to it are its own.
        const bool emptied = there != nullptr && request_.on_existing == model::existing_rows::truncate;
        if (emptied) work_.truncate.push_back(name);
        if (!table.holds_rows()) return;
        if (!emptied && target_.complete.count(name) > 0) {
            work_.complete.insert(name);
            if (target_.verified.count(name) == 0) work_.unverified.insert(name);
            return;
        }
        if (target_.filled.count(name) > 0 && target_.known.count(name) == 0 &&
            request_.on_existing == model::existing_rows::refuse)
            add(severity::blocks,
                fmt::format("table \"{}\" holds rows that tropeiro did not bring", model::to_string(name)),
                "--truncate replaces them, --merge adds those that are missing");
        work_.copied.insert(name);
    }

    /// Types and functions that both databases have, and that are not the same.
    void look_at_shapes()
    {
        for (const auto& entry : source_.archive.entries) {
            if (source_.closure.entries.count(entry.id) == 0) continue;
            const auto name = source_.archive.names.find(entry.object);
            if (name == source_.archive.names.end()) continue;
            const auto here = source_.shapes.find(name->second);
            const auto there = target_.objects.find(name->second);
            if (here == source_.shapes.end() || there == target_.objects.end() ||
                here->second == there->second)
                continue;
            const auto& what = name->second;
            if (what.type == "type")
                add(severity::blocks,
                    fmt::format("type \"{}\" differs: {} in the source, {} in the tenant's database",
                                what.identity, here->second, there->second),
                    "bring both databases to one schema version first");
            else
                add(severity::warns, fmt::format("{} {} exists with another body and stays as it is",
                                                 what.type, what.identity));
        }
    }

    void choose_keys()
    {
        key_question question;
        for (const auto& table : source_.selected.tables)
            question.arriving.insert(table.name);
        for (const auto& table : target_.catalog.tables)
            if (question.arriving.count(table.name) == 0) question.present.insert(table.name);
        question.control_tables = settings_.control_tables;
        const auto gone = [&](const model::table_name& table) {
            return std::find(work_.truncate.begin(), work_.truncate.end(), table) != work_.truncate.end();
        };
        for (const auto& choice : choose_foreign_keys(source_.catalog, question)) {
            work_.keys.push_back(choice.plan);
            if (!choice.plan.kept) continue;
            auto made = foreign_key_of(source_.catalog, *choice.key);
            const auto* there = target_key(choice.plan.table, choice.plan.name);
            if (gone(choice.plan.table) || there == nullptr)
                work_.foreign_keys.push_back(std::move(made));
            else if (!there->validated && made.validation)
                validate(*made.validation);
        }
    }

    /// A rollout was cut off between a key's two steps; or somebody made it so.
    void validate(const model::schema_item& key)
    {
        add(severity::warns,
            fmt::format("foreign key \"{}\" of table \"{}\" stands unchecked in the database; this rollout "
                        "checks it",
                        key.name, model::to_string(key.table)),
            "where rows there are known to break it, delete them or drop the key first");
        work_.foreign_keys.push_back({key, key, std::nullopt});
    }

    void find_unanswered_keys()
    {
        for (const auto& key : source_.catalog.constraints) {
            const auto plan = std::find_if(work_.keys.begin(), work_.keys.end(), [&](const auto& k) {
                return k.kept && k.name == key.name && source_.catalog.find(key.table)->name == k.table;
            });
            if (key.type != 'f' || plan == work_.keys.end() || work_.copied.count(plan->table) == 0) continue;
            if (stays_empty(plan->referenced)) work_.unanswered.push_back({*plan, is_nullable(key)});
        }
    }

    bool stays_empty(const model::table_name& name) const
    {
        const auto* there = target_.catalog.find(name);
        return there != nullptr && there->kind == pg::table_kind::heap && target_.filled.count(name) == 0 &&
               work_.copied.count(name) == 0 && work_.complete.count(name) == 0;
    }

    /// Some column of the link may be NULL, and no row is judged by it then.
    bool is_nullable(const pg::catalog_constraint& key) const
    {
        const auto columns = source_.catalog.columns_of(key.table);
        return std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
            return !column.not_null &&
                   std::find(key.columns.begin(), key.columns.end(), column.name) != key.columns.end();
        });
    }

    const pg::catalog_constraint* target_key(const model::table_name& table, const std::string& name) const
    {
        const auto* there = target_.catalog.find(table);
        if (there == nullptr) return nullptr;
        const auto& all = target_.catalog.constraints;
        const auto at = std::find_if(all.begin(), all.end(),
                                     [&](const auto& c) { return c.table == there->id && c.name == name; });
        return at == all.end() ? nullptr : &*at;
    }

    bool has_index(const index_statement& index) const
    {
        const auto* there = target_.catalog.find(index.item.table);
        if (there == nullptr) return false;
        if (index.item.is_constraint) return target_key(index.item.table, index.item.name) != nullptr;
        return std::any_of(target_.catalog.indexes.begin(), target_.catalog.indexes.end(),
                           [&](const auto& i) {
                               // An invalid one answers no query: the worker makes it again.
                               const bool usable = i.valid || there->kind != pg::table_kind::heap;
                               return i.table == there->id && i.name.name == index.item.name && usable;
                           });
    }

    /// Tables that stand already and get rows now: their foreign keys and triggers would judge every row.
    void clear_the_way()
    {
        auto touched = work_.copied;
        for (const auto& table : source_.tables) // the keys of partitions are their root's
            if (table.rows.copied && !table.holds_rows() && !work_.copied.empty())
                touched.insert(table.selected.name);
        for (const auto& name : touched) {
            const auto* there = target_.catalog.find(name);
            if (there == nullptr) continue;
            table_in_place place{name, {}, triggers_of(name, there->id)};
            for (const auto& key : target_.catalog.constraints) {
                if (key.type != 'f' || key.table != there->id || key.parent != 0) continue;
                place.foreign_keys.push_back(key.name);
                make_again(key);
            }
            if (!place.foreign_keys.empty() || !place.triggers.empty())
                work_.in_place.push_back(std::move(place));
        }
        for (const auto& table : source_.tables)
            if (table.rows.copied && touched.count(table.selected.name) == 0)
                finish_triggers(table.selected.name);
    }

    /// A rollout that was cut off after a table's last row has left its triggers off.
    void finish_triggers(const model::table_name& name)
    {
        const auto* there = target_.catalog.find(name);
        if (there == nullptr) return;
        table_in_place place{name, {}, {}};
        for (auto& trigger : triggers_of(name, there->id))
            if (trigger.enabled != 'D' && is_off(there->id, trigger.name))
                place.triggers.push_back(std::move(trigger));
        if (!place.triggers.empty()) work_.in_place.push_back(std::move(place));
    }

    bool is_off(pg::oid table, const std::string& trigger) const
    {
        const auto& all = target_.catalog.triggers;
        return std::any_of(all.begin(), all.end(), [&](const auto& t) {
            return t.table == table && t.name == trigger && t.enabled == 'D';
        });
    }

    void make_again(const pg::catalog_constraint& key)
    {
        auto made = foreign_key_of(target_.catalog, key);
        const auto same = [&](const auto& k) {
            return k.item.table == made.item.table && k.item.name == made.item.name;
        };
        const auto half = std::find_if(work_.foreign_keys.begin(), work_.foreign_keys.end(), same);
        if (half == work_.foreign_keys.end()) return work_.foreign_keys.push_back(std::move(made));
        if (half->item.step != model::item_step::validates) return;
        // It is dropped before the rows come, and then made as the source has it.
        const auto* table = source_.catalog.find(made.item.table);
        for (const auto& wanted : source_.catalog.constraints)
            if (wanted.table == table->id && wanted.name == key.name)
                *half = foreign_key_of(source_.catalog, wanted);
    }

    /// In the state that the source has them in, which an interrupted rollout may not have restored; triggers
    /// that only the target has keep theirs.
    std::vector<pg::catalog_trigger> triggers_of(const model::table_name& name, pg::oid there) const
    {
        std::map<std::string, char> wanted;
        const auto* here = source_.catalog.find(name);
        for (const auto& trigger : source_.catalog.triggers)
            if (here != nullptr && trigger.table == here->id) wanted[trigger.name] = trigger.enabled;
        std::vector<pg::catalog_trigger> found;
        for (auto trigger : target_.catalog.triggers) {
            if (trigger.table != there) continue;
            const auto at = wanted.find(trigger.name);
            if (at != wanted.end()) trigger.enabled = at->second;
            found.push_back(std::move(trigger));
        }
        return found;
    }

    /// TRUNCATE refuses a table that another one points to.
    void guard_truncation()
    {
        const std::set<model::table_name> emptied(work_.truncate.begin(), work_.truncate.end());
        for (const auto& key : target_.catalog.constraints) {
            const auto* table = target_.catalog.find(key.table);
            const auto* referenced = target_.catalog.find(key.referenced);
            if (key.type != 'f' || key.parent != 0 || table == nullptr || referenced == nullptr) continue;
            if (emptied.count(referenced->name) == 0 || emptied.count(table->name) > 0) continue;
            add(severity::blocks,
                fmt::format("table \"{}\" cannot be emptied: \"{}\" points to it ({})",
                            model::to_string(referenced->name), model::to_string(table->name), key.name),
                "name the module of that table as well");
        }
    }

    const source_facts& source_;
    const plan_request& request_;
    const plan_settings& settings_;
    const target_state& target_;
    schema_work work_;
};

} // namespace

std::vector<std::string> column_differences(const std::vector<pg::catalog_column>& source,
                                            const std::vector<pg::catalog_column>& target)
{
    std::map<std::string, const pg::catalog_column*> there;
    for (const auto& column : target)
        there[column.name] = &column;
    std::vector<std::string> differ;
    for (const auto& column : source) {
        const auto at = there.find(column.name);
        if (at == there.end()) {
            differ.push_back(fmt::format("column \"{}\" is missing", column.name));
            continue;
        }
        if (column.type != at->second->type)
            differ.push_back(
                fmt::format("column \"{}\" is {} instead of {}", column.name, at->second->type, column.type));
        else if (column.generated != at->second->generated)
            differ.push_back(fmt::format("column \"{}\" is {}generated", column.name,
                                         at->second->generated ? "" : "not "));
        there.erase(at);
    }
    for (const auto& column : target)
        if (there.count(column.name) > 0)
            differ.push_back(fmt::format("column \"{}\" is one too many", column.name));
    return differ;
}

std::vector<index_statement> indexes_in_order(const schema_work& work)
{
    auto indexes = work.indexes;
    std::stable_sort(indexes.begin(), indexes.end(),
                     [](const auto& a, const auto& b) { return a.height < b.height; });
    return indexes;
}

std::vector<model::schema_item> items_in_order(const schema_work& work)
{
    std::vector<model::schema_item> items;
    for (auto& index : indexes_in_order(work))
        items.push_back(std::move(index.item));
    for (const auto& key : work.foreign_keys)
        items.push_back(key.item);
    return items;
}

schema_work plan_schema(const source_facts& source, const plan_request& request,
                        const plan_settings& settings, const target_state& target)
{
    return comparing_schema(source, request, settings, target).run();
}

} // namespace tropeiro::scheduler::plan
