#include "scheduler/plan/tenant_survey.hpp"

#include "scheduler/plan/survey_facts.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

namespace json = boost::json;
using kind = table_survey::kind_t;
using severity = finding::severity_t;

std::string_view name_of(kind k)
{
    switch (k) {
    case kind::column:
        return "column";
    case kind::path:
        return "path";
    case kind::shared:
        return "shared";
    case kind::nobody:
        break;
    }
    return "nobody";
}

/// Tables on a path know where their other keys lead; here those with a column of their own do too.
void follow_keys(source_facts& facts, const plan_settings& settings)
{
    const tenant_paths paths(facts.catalog, settings.modules, settings.tenant_column);
    for (auto& table : facts.tables) {
        const auto& filter = table.rows.filter;
        if (table.by_path() || filter.kind != model::row_filter::kind_t::equals) continue;
        path_choice along;
        along.others = paths.others_of(table.selected.id, filter);
        table.rows.along = std::move(along);
    }
}

table_survey counted_survey(path_plan counts)
{
    table_survey one;
    one.kind = counts.own_column ? kind::column : kind::path;
    one.tenants = counts.rows - counts.orphans.rows - counts.legacy - counts.unknown.rows;
    one.counts = std::move(counts);
    return one;
}

table_survey uncounted_survey(const source_table& table)
{
    table_survey one;
    one.counts.module = table.selected.module;
    one.counts.table = table.selected.name;
    if (!table.rows.problem) return one;
    one.kind = kind::nobody;
    one.problem = *table.rows.problem;
    return one;
}

/// Partitioned tables have their rows in their partitions; what is wrong with their rule is said of them, once.
bool is_listed(const source_facts& facts, const source_table& table)
{
    if (!table.rows.copied) return false;
    return table.rows.problem ? !facts.is_said_of_parent(table) : table.holds_rows();
}

json::value to_json(const table_survey& t)
{
    json::object out = to_json(t.counts).as_object();
    json::array unknown;
    for (const auto& one : t.counts.unknown.first)
        unknown.push_back(json::object{{"value", one.value}, {"rows", one.rows}});
    out["kind"] = name_of(t.kind);
    out["rows"] = t.counts.rows;
    out["tenant_rows"] = t.tenants;
    out["unknown_rows"] = t.counts.unknown.rows;
    out["unknown_values"] = t.counts.unknown.values;
    out["unknown"] = std::move(unknown);
    out["conflict_rows"] = t.conflicts();
    out["problem"] = t.problem.what;
    return out;
}

} // namespace

std::int64_t table_survey::conflicts() const
{
    std::int64_t rows = 0;
    for (const auto& conflict : counts.conflicts)
        rows += conflict.rows.rows;
    return rows;
}

bool table_survey::well() const
{
    const auto counted = [](const path_conflict& c) { return c.not_counted.empty(); };
    return kind != kind_t::nobody && counts.not_counted.empty() && counts.orphans.rows == 0 &&
           counts.unknown.rows == 0 && conflicts() == 0 &&
           std::all_of(counts.conflicts.begin(), counts.conflicts.end(), counted);
}

bool tenant_survey::well() const
{
    return std::all_of(tables.begin(), tables.end(), [](const auto& table) { return table.well(); });
}

tenant_survey put_together(const source_facts& facts, std::vector<path_plan> counted)
{
    std::map<model::table_name, path_plan> by_table;
    for (auto& one : counted)
        by_table.emplace(one.table, std::move(one));
    tenant_survey survey;
    std::vector<path_plan> plans;
    for (const auto& table : facts.tables) {
        if (!is_listed(facts, table)) continue;
        const auto at = by_table.find(table.selected.name);
        const bool was_counted = at != by_table.end() && !table.rows.problem;
        survey.tables.push_back(was_counted ? counted_survey(at->second) : uncounted_survey(table));
        const auto& one = survey.tables.back();
        if (one.kind == kind::nobody)
            survey.findings.push_back({severity::blocks, {}, one.problem.what, one.problem.hint});
        plans.push_back(one.counts);
    }
    for (auto& found : check_paths(plans))
        if (found.severity != severity::notes) survey.findings.push_back(std::move(found));
    return survey;
}

task<tenant_survey> survey_tenants(pg::connection& source, plan_request request, plan_settings settings,
                                   std::set<std::string> known, question_limits limits)
{
    auto facts = co_await read_survey_facts(source, request, settings);
    follow_keys(facts, settings);
    auto counted = co_await count_paths(source, facts, settings.control_tables, limits, &known);
    co_return put_together(facts, std::move(counted));
}

json::value to_json(const tenant_survey& survey)
{
    json::array tables;
    for (const auto& table : survey.tables)
        tables.push_back(to_json(table));
    json::array findings;
    for (const auto& one : survey.findings)
        findings.push_back(to_json(one));
    return json::object{
        {"well", survey.well()}, {"tables", std::move(tables)}, {"findings", std::move(findings)}};
}

} // namespace tropeiro::scheduler::plan
