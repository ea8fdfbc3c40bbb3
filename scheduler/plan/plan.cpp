#include "scheduler/plan/plan.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

namespace json = boost::json;

std::string_view severity_name(finding::severity_t severity)
{
    switch (severity) {
    case finding::severity_t::blocks:
        return "blocks";
    case finding::severity_t::warns:
        return "warns";
    case finding::severity_t::notes:
        break;
    }
    return "notes";
}

json::array names(const std::vector<std::string>& list)
{
    json::array all;
    for (const auto& name : list)
        all.emplace_back(name);
    return all;
}

json::value to_json(const table_plan& t)
{
    return json::object{{"module", t.module},
                        {"table", model::to_string(t.table)},
                        {"rows_of", t.rows_of},
                        {"rows", t.rows},
                        {"bytes", t.bytes},
                        {"parts", t.parts},
                        {"readers", t.readers},
                        {"reading_reason", t.reading_reason},
                        {"format", t.format == model::copy_format::binary ? "binary" : "text"},
                        {"format_reason", t.format_reason},
                        {"exists", t.exists},
                        {"complete", t.complete},
                        {"indexes", t.indexes}};
}

json::value to_json(const path_conflict& c)
{
    return json::object{{"path", c.path},
                        {"key", c.key},
                        {"not_counted", c.not_counted},
                        {"rows", c.rows.rows},
                        {"examples", names(c.rows.examples)}};
}

json::value to_json(const foreign_key_plan& k)
{
    return json::object{{"table", model::to_string(k.table)},
                        {"name", k.name},
                        {"referenced", model::to_string(k.referenced)},
                        {"kept", k.kept},
                        {"reason", k.reason}};
}

json::value to_json(const tenant_plan& t)
{
    json::array tables;
    for (const auto& table : t.tables)
        tables.push_back(to_json(table));
    json::array keys;
    for (const auto& key : t.foreign_keys)
        keys.push_back(to_json(key));
    return json::object{
        {"tenant", json::object{{"id", t.tenant.id.value}, {"slug", t.tenant.slug}, {"name", t.tenant.name}}},
        {"database", t.database},
        {"database_exists", t.database_exists},
        {"wave", t.wave},
        {"modules", names(t.modules)},
        {"tables", std::move(tables)},
        {"foreign_keys", std::move(keys)}};
}

json::value to_json(const job_draft& j)
{
    json::array after;
    for (const auto index : j.depends_on)
        after.emplace_back(index);
    return json::object{{"kind", model::to_string(j.kind)},
                        {"tenant", j.tenant},
                        {"label", j.label},
                        {"score", j.score},
                        {"depends_on", std::move(after)}};
}

template <class T>
json::array list(const std::vector<T>& items)
{
    json::array all;
    for (const auto& item : items)
        all.push_back(to_json(item));
    return all;
}

template <class Member>
std::int64_t sum(const plan& p, Member member)
{
    std::int64_t total = 0;
    for (const auto& tenant : p.tenants)
        for (const auto& table : tenant.tables)
            if (!table.complete) total += table.*member;
    return total;
}

} // namespace

bool plan::blocked() const
{
    return std::any_of(findings.begin(), findings.end(),
                       [](const finding& f) { return f.severity == finding::severity_t::blocks; });
}

std::int64_t plan::rows() const { return sum(*this, &table_plan::rows); }
std::int64_t plan::bytes() const { return sum(*this, &table_plan::bytes); }

int plan::waves() const
{
    int most = 1;
    for (const auto& tenant : tenants)
        most = std::max(most, tenant.wave);
    return most;
}

json::value to_json(const path_plan& p)
{
    json::array conflicts;
    for (const auto& conflict : p.conflicts)
        conflicts.push_back(to_json(conflict));
    json::array otherwise;
    for (const auto& way : p.otherwise)
        otherwise.push_back(json::object{{"path", way.path}, {"rows", way.rows}});
    return json::object{{"module", p.module},
                        {"table", model::to_string(p.table)},
                        {"path", p.path},
                        {"otherwise", std::move(otherwise)},
                        {"not_counted", p.not_counted},
                        {"orphans", p.orphans.rows},
                        {"examples", names(p.orphans.examples)},
                        {"legacy_rows", p.legacy},
                        {"conflicts", std::move(conflicts)}};
}

json::value to_json(const finding& f)
{
    return json::object{
        {"severity", severity_name(f.severity)}, {"tenant", f.tenant}, {"what", f.what}, {"hint", f.hint}};
}

json::value to_json(const plan& p)
{
    return json::object{{"title", p.title},
                        {"source_server", p.source_server},
                        {"target_server", p.target_server},
                        {"target_slots", p.target_slots ? json::value(*p.target_slots) : json::value()},
                        {"needs_snapshot", p.needs_snapshot},
                        {"blocked", p.blocked()},
                        {"rows", p.rows()},
                        {"bytes", p.bytes()},
                        {"waves", p.waves()},
                        {"tenants", list(p.tenants)},
                        {"paths", list(p.paths)},
                        {"jobs", list(p.jobs)},
                        {"findings", list(p.findings)}};
}

} // namespace tropeiro::scheduler::plan
