#include "scheduler/plan/archive_closure.hpp"

#include "scheduler/plan/function_mentions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tropeiro::scheduler::plan {
namespace {

bool one_of(std::string_view type, std::initializer_list<std::string_view> types)
{
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool holds_rows(const toc_entry& e)
{
    return one_of(e.type, {"TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"});
}

/// Says something about other entries and goes where they go.
bool is_remark(const toc_entry& e)
{
    return one_of(e.type, {"COMMENT", "ACL", "SECURITY LABEL", "SEQUENCE OWNED BY", "TABLE ATTACH"});
}

/// Belongs to one table, as the catalogs know.
bool is_attached(const toc_entry& e)
{
    return one_of(e.type, {"DEFAULT", "TRIGGER", "POLICY", "ROW SECURITY", "RULE", "STATISTICS",
                           "CHECK CONSTRAINT", "INDEX", "CONSTRAINT", "SEQUENCE"});
}

/// Lies between types, and means something as soon as all of them are there.
bool joins_types(const toc_entry& e)
{
    return one_of(e.type, {"CAST", "TRANSFORM", "CHECK CONSTRAINT", "OPERATOR CLASS"});
}

/// The remarks on schema public depend on an entry that pg_dump leaves out, because every database has it.
bool remarks_on_public(const toc_entry& e)
{
    return one_of(e.type, {"ACL", "COMMENT"}) && e.words.starts_with("- SCHEMA public ");
}

/// "public.f(integer)" -> {public, f}.
std::optional<model::table_name> name_in(const pg::object_identity& of)
{
    bool quoted = false;
    auto end = of.identity.size();
    for (std::size_t i = 0; i < of.identity.size(); ++i) {
        if (of.identity[i] == '"') quoted = !quoted;
        if (of.identity[i] != '(' || quoted) continue;
        end = i;
        break;
    }
    auto name = model::parse_table_name(std::string_view(of.identity).substr(0, end));
    if (!name) return std::nullopt;
    return *name;
}

class closing {
  public:
    closing(const archive_contents& archive, const std::set<pg::oid>& tables)
        : archive_(archive), tables_(tables)
    {
        for (const auto& entry : archive.entries) {
            by_id_[entry.id] = &entry;
            if (entry.object.class_id != 0) by_object_[entry.object] = &entry;
        }
        for (const auto& entry : archive.entries)
            index_name(entry);
    }

    archive_closure run()
    {
        for (const auto& entry : archive_.entries)
            if (wanted(entry)) take_table(entry);
        std::size_t before = 0;
        do {
            before = out_.entries.size();
            for (const auto& entry : archive_.entries)
                consider(entry);
            for (const auto& entry : archive_.entries)
                follow_mentions(entry);
        } while (out_.entries.size() != before);
        return std::move(out_);
    }

  private:
    bool wanted(const toc_entry& e) const { return e.is("TABLE") && tables_.count(e.object.object_id) > 0; }
    bool has(int id) const { return out_.entries.count(id) > 0; }

    void index_name(const toc_entry& e)
    {
        const auto known = archive_.names.find(e.object);
        if (known == archive_.names.end()) return;
        if (!holds_rows(e) && !one_of(e.type, {"SEQUENCE", "FUNCTION", "PROCEDURE", "TYPE", "DOMAIN"}))
            return;
        if (const auto name = name_in(known->second)) by_name_[name->name].emplace_back(name->schema, &e);
    }

    /// Adds what `e` needs to `needed`; the first entry that stays behind ends it.
    const toc_entry* gather(const toc_entry& e, std::set<int>& needed) const
    {
        if (has(e.id) || !needed.insert(e.id).second) return nullptr;
        if (holds_rows(e) && !wanted(e)) return &e;
        for (const auto id : e.depends_on) {
            const auto at = by_id_.find(id);
            // An entry that needs a key (a policy's GROUP BY, say) finds it: keys are made before.
            if (at == by_id_.end() || made_after_rows(*at->second)) continue;
            if (const auto* behind = gather(*at->second, needed)) return behind;
        }
        return gather_unrecorded(e, needed);
    }

    const toc_entry* gather_unrecorded(const toc_entry& e, std::set<int>& needed) const
    {
        const auto more = archive_.needs.find(e.object);
        if (more == archive_.needs.end()) return nullptr;
        for (const auto& object : more->second) {
            const auto at = by_object_.find(object);
            if (at == by_object_.end()) continue;
            if (const auto* behind = gather(*at->second, needed)) return behind;
        }
        return nullptr;
    }

    void take_table(const toc_entry& e)
    {
        std::set<int> needed;
        if (const auto* behind = gather(e, needed)) {
            out_.blocked.push_back({e.id, behind->id});
            return;
        }
        out_.entries.merge(needed);
    }

    void take(const toc_entry& e)
    {
        std::set<int> needed;
        if (const auto* behind = gather(e, needed)) {
            refused_.insert(e.id);
            out_.left_out.push_back({e.id, behind->id});
            return;
        }
        out_.entries.merge(needed);
    }

    std::optional<pg::oid> owner(const toc_entry& e) const
    {
        if (e.is("ROW SECURITY")) return e.object.object_id;
        if (e.is("SEQUENCE")) return owner_of_sequence(e);
        const auto at = archive_.owning_tables.find(e.object);
        if (at == archive_.owning_tables.end()) return std::nullopt;
        return at->second;
    }

    /// pg_dump lets an owned sequence depend on its table.
    std::optional<pg::oid> owner_of_sequence(const toc_entry& e) const
    {
        for (const auto id : e.depends_on) {
            const auto at = by_id_.find(id);
            if (at != by_id_.end() && at->second->is("TABLE")) return at->second->object.object_id;
        }
        return std::nullopt;
    }

    void consider(const toc_entry& e)
    {
        if (has(e.id) || refused_.count(e.id) > 0) return;
        if (is_attached(e)) {
            const auto table = owner(e);
            if (table && tables_.count(*table) > 0) return take(e);
        }
        if (remarks_on_public(e)) {
            out_.entries.insert(e.id);
            return;
        }
        if ((is_remark(e) || joins_types(e)) && !owner(e) && all_there(e)) take(e);
    }

    bool all_there(const toc_entry& e) const
    {
        bool any = false;
        for (const auto id : e.depends_on) {
            const auto at = by_id_.find(id);
            if (at == by_id_.end()) continue;
            if (!has(id)) return false;
            // The remark on an index or a key goes with the statement that makes it.
            if (is_remark(e) && made_after_rows(*at->second)) return false;
            any = true;
        }
        return any;
    }

    void follow_mentions(const toc_entry& e)
    {
        if (!one_of(e.type, {"FUNCTION", "PROCEDURE"}) || !has(e.id) || !read_.insert(e.id).second) return;
        const auto body = archive_.function_bodies.find(e.object.object_id);
        if (body == archive_.function_bodies.end()) return;
        for (const auto& found : mentioned_names(body->second)) {
            const auto named = by_name_.find(found.name.name);
            if (named == by_name_.end()) continue;
            for (const auto& [schema, entry] : named->second)
                if (found.name.schema.empty() || found.name.schema == schema)
                    follow_mention(e, found, *entry);
        }
    }

    void follow_mention(const toc_entry& function, const mentioned_name& found, const toc_entry& meant)
    {
        if (has(meant.id)) return;
        if (holds_rows(meant)) {
            const auto same = [&](const mention& m) {
                return m.function == function.id && m.table == meant.id;
            };
            if (found.as_table && std::none_of(out_.mentions.begin(), out_.mentions.end(), same))
                out_.mentions.push_back({function.id, meant.id});
            return;
        }
        const bool call = one_of(meant.type, {"FUNCTION", "PROCEDURE"});
        const bool type = one_of(meant.type, {"TYPE", "DOMAIN"});
        if ((call && !found.called) || (type && !found.as_type)) return;
        std::set<int> needed;
        if (gather(meant, needed) == nullptr) out_.entries.merge(needed);
    }

    const archive_contents& archive_;
    const std::set<pg::oid>& tables_;
    std::map<int, const toc_entry*> by_id_;
    std::map<pg::object_key, const toc_entry*> by_object_;
    std::map<std::string, std::vector<std::pair<std::string, const toc_entry*>>> by_name_;
    std::set<int> refused_;
    std::set<int> read_; // functions whose bodies were looked at
    archive_closure out_;
};

} // namespace

bool made_after_rows(const toc_entry& e)
{
    return one_of(e.type, {"INDEX", "CONSTRAINT", "FK CONSTRAINT", "INDEX ATTACH"});
}

archive_closure close_over(const archive_contents& archive, const std::set<pg::oid>& tables)
{
    return closing(archive, tables).run();
}

std::string archive_contents::describe(const toc_entry& entry) const
{
    const auto at = names.find(entry.object);
    if (at != names.end()) return at->second.type + " " + at->second.identity;
    return entry.type + " " + entry.words;
}

} // namespace tropeiro::scheduler::plan
