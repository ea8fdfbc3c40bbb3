#include "scheduler/plan/checks.hpp"

#include "scheduler/plan/passes.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

using severity = finding::severity_t;

/// A table of this size that each tenant reads whole is worth an index.
constexpr std::int64_t worth_an_index = std::int64_t{512} << 20U;
constexpr pg::oid pg_namespace = 2615;
constexpr pg::oid public_schema = 2200;

class findings {
  public:
    void add(severity how, std::string what, std::string hint = {})
    {
        all_.push_back({how, {}, std::move(what), std::move(hint)});
    }
    std::vector<finding> take() { return std::move(all_); }

  private:
    std::vector<finding> all_;
};

/// A table that is read whole again and again.
void check_readings(const source_table& table, const plan_settings& settings, std::size_t tenants,
                    findings& out)
{
    const auto& filter = table.rows.filter;
    const bool whole = filter.kind == model::row_filter::kind_t::equals && !table.indexed;
    const auto at_once = readable_together(table) ? static_cast<std::size_t>(settings.pass_tenants) : 1;
    const auto times = (tenants + at_once - 1) / at_once;
    if (!whole || times <= 1 || table.table.heap_bytes < worth_an_index) return;
    const auto name = model::to_string(table.selected.name);
    const auto why = table.by_path() ? "its rows are found along " + path_text(filter.path, filter.column) +
                                           otherwise_text(filter)
                                     : "no index leads with " + filter.column;
    out.add(severity::warns,
            fmt::format("for {} tenants all of table \"{}\" ({}) is read {} times: {}", tenants, name,
                        text::human_bytes(table.table.heap_bytes), times, why),
            table.by_path()
                ? std::string("[copy] pass_tenants says for how many tenants one reading is")
                : fmt::format("CREATE INDEX CONCURRENTLY ON {} ({}) in the source", name, filter.column));
}

void may_be_read(const pg::catalog_table& table, const std::string& why, findings& out)
{
    const auto name = model::to_string(table.name);
    if (!table.may_select)
        out.add(severity::blocks, fmt::format("the source's user may not read table \"{}\"{}", name, why),
                fmt::format("GRANT SELECT ON {} to it", name));
    if (table.hides_rows)
        out.add(severity::blocks,
                fmt::format("row security hides rows of table \"{}\" from the source's user{}", name, why),
                "connect as its owner or as a role with BYPASSRLS; rows would be lost without a word");
}

/// Tables that are only passed on the way to a tenant must be readable too.
void check_passed(const source_facts& source, findings& out)
{
    std::set<pg::oid> seen;
    for (const auto& table : source.tables) {
        if (!table.rows.copied || !table.holds_rows() || !table.by_path()) continue;
        for (const auto& step : table.rows.along->path->steps) {
            const auto& passed = *source.catalog.find(step.to);
            const auto* selected = source.find(passed.name);
            if ((selected != nullptr && selected->holds_rows()) || !seen.insert(step.to).second) continue;
            may_be_read(passed,
                        fmt::format(", through which rows of \"{}\" find their tenant",
                                    model::to_string(table.selected.name)),
                        out);
        }
    }
}

/// Several ways that are equally short: one was taken.
void note_ties(const source_table& table, const plan_settings& settings, findings& out)
{
    if (!table.by_path() || table.table.is_partition || table.rows.along->ties.empty()) return;
    std::vector<std::string> others;
    std::vector<std::string> rules;
    for (const auto& tie : table.rows.along->ties) {
        others.push_back(path_text(tie.path.hops(), tie.path.column));
        rules.push_back(fmt::format("{} = \"{}\" under [modules.{}.tenant]", toml_key(tie.where), tie.rule,
                                    module_of(settings.modules, tie.where)));
    }
    const auto& filter = table.rows.filter;
    out.add(severity::notes,
            fmt::format("table \"{}\" finds its tenants along {}; equally short: {}",
                        model::to_string(table.selected.name), path_text(filter.path, filter.column),
                        text::join(others, "; ")),
            "to take another one write in tropeiro.toml: " + text::join(rules, " or "));
}

void check_rows(const source_table& table, const plan_settings& settings, std::size_t tenants, findings& out)
{
    const auto name = model::to_string(table.selected.name);
    may_be_read(table.table, {}, out);
    check_readings(table, settings, tenants, out);
    if (settings.small_table_bytes < table.table.total_bytes && !table.by_ctid)
        out.add(severity::notes,
                fmt::format("table \"{}\" is copied in one piece, which starts again when it is interrupted",
                            name),
                "only heap tables of PostgreSQL 14 and later are divided");
}

/// Views are no tables of a module; who needs them learns that they are not there.
void note_views(const source_facts& source, findings& out)
{
    const auto wanted = [&](int id) {
        const auto& entries = source.archive.entries;
        return source.closure.entries.count(id) > 0 &&
               std::any_of(entries.begin(), entries.end(),
                           [&](const auto& e) { return e.id == id && e.is("TABLE"); });
    };
    std::vector<std::string> views;
    for (const auto& entry : source.archive.entries)
        if ((entry.is("VIEW") || entry.is("MATERIALIZED VIEW")) &&
            std::any_of(entry.depends_on.begin(), entry.depends_on.end(), wanted))
            views.push_back(source.archive.describe(entry));
    if (!views.empty())
        out.add(severity::notes,
                "views stay behind, though they read tables that go: " + text::join(views, ", "),
                "make them in the tenants' databases by a migration");
}

std::string entry_words(const source_facts& source, int id)
{
    const auto& entries = source.archive.entries;
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.id == id; });
    return at == entries.end() ? "an object" : source.archive.describe(*at);
}

} // namespace

std::vector<finding> check_source(const pg::server_facts& source, const std::optional<std::string>& pooler)
{
    findings out;
    if (source.version < 120000)
        out.add(severity::blocks, fmt::format("the source is PostgreSQL {}", source.version / 10000),
                "12 is the oldest that is served");
    if (pooler)
        out.add(severity::blocks, "the source is reached through a pooler: " + *pooler,
                "give the direct connection string: snapshots and COPY need a session of their own");
    return out.take();
}

std::vector<finding> check_tables(const source_facts& source, const plan_request& request,
                                  const plan_settings& settings, std::size_t tenants)
{
    findings out;
    for (const auto& table : source.tables) {
        if (request.rows == rows_wanted::none) continue;
        if (table.rows.problem && !source.is_said_of_parent(table))
            out.add(severity::blocks, table.rows.problem->what, table.rows.problem->hint);
        note_ties(table, settings, out);
        if (table.holds_rows()) check_rows(table, settings, tenants, out);
    }
    check_passed(source, out);
    for (const auto& index : source.catalog.indexes)
        if (!index.valid && source.catalog.find(index.table)->kind == pg::table_kind::heap &&
            source.find(source.catalog.find(index.table)->name) != nullptr)
            out.add(severity::notes,
                    fmt::format("index \"{}\" is invalid in the source and is not made",
                                model::to_string(index.name)),
                    "a CREATE INDEX CONCURRENTLY failed; drop it or REINDEX it there");
    return out.take();
}

std::vector<finding> check_closure(const source_facts& source,
                                   const std::vector<model::table_name>& control_tables)
{
    findings out;
    const auto hint = [&](int behind) {
        const auto words = entry_words(source, behind);
        const bool control = std::any_of(control_tables.begin(), control_tables.end(), [&](const auto& t) {
            return words == fmt::format("table {}.{}", t.schema, t.name);
        });
        return control ? std::string("it belongs to the control plane")
                       : std::string("add it to a module of this rollout");
    };
    for (const auto& [entry, because] : source.closure.blocked)
        out.add(severity::blocks,
                fmt::format("{} cannot be made without {}, which stays behind", entry_words(source, entry),
                            entry_words(source, because)),
                hint(because));
    for (const auto& [entry, because] : source.closure.left_out)
        out.add(severity::warns,
                fmt::format("{} is left out: it needs {}, which stays behind", entry_words(source, entry),
                            entry_words(source, because)),
                hint(because));
    for (const auto& [function, table] : source.closure.mentions)
        out.add(severity::warns,
                fmt::format("{} names {}, which stays behind; it will fail where it gets there",
                            entry_words(source, function), entry_words(source, table)),
                hint(table));
    note_views(source, out);
    return out.take();
}

std::vector<finding> check_server(const source_facts& source, const target_server& target,
                                  std::size_t new_databases)
{
    findings out;
    const auto& here = source.catalog.server;
    if (target.pooler)
        out.add(severity::blocks, "the target is reached through a pooler: " + *target.pooler,
                "give the direct connection string");
    if (new_databases > 0 && !target.facts.may_create_database)
        out.add(severity::blocks,
                fmt::format("\"{}\" may not create databases on the target", target.facts.user),
                fmt::format("ALTER ROLE \"{}\" CREATEDB there", target.facts.user));
    if (new_databases > 0 && !target.locale_available)
        out.add(
            severity::blocks,
            fmt::format("the target has no locale {} / {}, which the source uses", here.collate, here.ctype),
            "install it on the target's host, or text would sort otherwise there");
    for (const auto& entry : source.archive.entries) {
        if (!entry.is("EXTENSION") || source.closure.entries.count(entry.id) == 0) continue;
        const auto name = source.archive.names.find(entry.object);
        if (name == source.archive.names.end()) continue;
        const auto has = [&](const auto& e) {
            return e.name == text::replace_all(name->second.identity, "\"", "");
        };
        if (std::none_of(target.extensions.begin(), target.extensions.end(), has))
            out.add(severity::blocks,
                    fmt::format("extension {} is not available on the target", name->second.identity),
                    "install its package on the target's host");
    }
    if (!target.facts.bypasses_row_security)
        for (const auto& table : source.tables)
            if (table.table.forces_row_security)
                out.add(
                    severity::warns,
                    fmt::format("table \"{}\" forces row security, also on \"{}\", who fills and verifies it",
                                model::to_string(table.selected.name), target.facts.user),
                    "connect to the target as a role with BYPASSRLS");
    return out.take();
}

std::map<std::string, std::set<std::string>> missing_roles(const source_facts& source,
                                                           const std::set<std::string>& there)
{
    std::map<std::string, std::set<std::string>> missing;
    const auto look = [&](const pg::object_key& object, const std::string& words) {
        const auto named = source.named_roles.find(object);
        if (named == source.named_roles.end()) return;
        for (const auto& role : named->second)
            if (there.count(role) == 0) missing[role].insert(words);
    };
    for (const auto& entry : source.archive.entries)
        if (source.closure.entries.count(entry.id) > 0 && entry.object.class_id != 0)
            look(entry.object, source.archive.describe(entry));
    look({pg_namespace, public_schema}, "schema public");
    return missing;
}

std::vector<finding> check_roles(const std::map<std::string, std::set<std::string>>& missing,
                                 bool create_roles, const target_server& target)
{
    findings out;
    for (const auto& [role, namers] : missing) {
        std::vector<std::string> some;
        for (const auto& namer : namers)
            if (some.size() < 3) some.push_back(namer);
        auto words = text::join(some, ", ");
        if (namers.size() > some.size()) words += fmt::format(" and {} more", namers.size() - some.size());
        if (!create_roles)
            out.add(severity::blocks,
                    fmt::format("role \"{}\" is missing on the target: grants or policies of {} name it",
                                role, words),
                    "--create-roles makes it, without the right to log in");
        else if (!target.facts.may_create_role)
            out.add(severity::blocks,
                    fmt::format("role \"{}\" is missing on the target and \"{}\" may not create roles", role,
                                target.facts.user),
                    fmt::format("ALTER ROLE \"{}\" CREATEROLE there, or CREATE ROLE \"{}\" NOLOGIN",
                                target.facts.user, role));
        else
            out.add(severity::notes,
                    fmt::format("role \"{}\" is created on the target, without the right to log in", role));
    }
    return out.take();
}

} // namespace tropeiro::scheduler::plan
