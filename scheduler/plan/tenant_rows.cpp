#include "scheduler/plan/tenant_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tropeiro::scheduler::plan {
namespace {

using rule_kind = model::tenant_rule::kind_t;
using filter_kind = model::row_filter::kind_t;

double all_rows(const pg::catalog_table& table)
{
    constexpr double assumed_row_bytes = 100; // where nothing was ever analyzed
    if (table.row_estimate >= 0) return table.row_estimate;
    return static_cast<double>(table.heap_bytes) / assumed_row_bytes;
}

rows_choice every_row() { return {true, {}, std::nullopt}; }

filter_kind kind_of(rows_wanted wanted)
{
    return wanted == rows_wanted::legacy ? filter_kind::legacy : filter_kind::equals;
}

rows_choice by_column(const std::string& column, rows_wanted wanted)
{
    return {true, {kind_of(wanted), column, {}}, std::nullopt};
}

rows_choice problem(std::string what, std::string hint)
{
    return {true, {}, rows_problem{std::move(what), std::move(hint)}};
}

rows_choice no_path(const rows_question& q, const std::string& tenant_column)
{
    const auto name = model::to_string(q.table);
    if (q.rule.kind == rule_kind::path)
        return problem(
            fmt::format("table \"{}\": its tenant rule leads to \"{}\", and from there no foreign key "
                        "leads to a table with column \"{}\"",
                        name, model::to_string(q.rule.linked), tenant_column),
            fmt::format("correct [modules.{}.tenant] in tropeiro.toml, or add a rule for \"{}\"", q.module,
                        model::to_string(q.rule.linked)));
    return problem(
        fmt::format("table \"{}\" has no column \"{}\", and no foreign key leads from it to a table "
                    "that has it",
                    name, tenant_column),
        fmt::format("when every tenant gets all of its rows, write in tropeiro.toml under "
                    "[modules.{}.tenant]: {} = \"shared\"; when another column points to its tenant: "
                    "\"via COLUMN -> TABLE\" or \"column NAME\"",
                    q.module, toml_key(q.table)));
}

rows_choice by_path(const rows_question& q, rows_wanted wanted, const std::string& tenant_column,
                    const tenant_paths& paths)
{
    auto found = paths.find(q.id, q.rule);
    if (found.problem) return {true, {}, found.problem};
    if (!found.path) return no_path(q, tenant_column);
    rows_choice rows = by_column(found.path->column, wanted);
    rows.filter.path = found.path->hops();
    rows.filter.otherwise = found.otherwise;
    rows.along = std::move(found);
    return rows;
}

} // namespace

rows_choice choose_rows(const rows_question& q, rows_wanted wanted, const std::string& tenant_column,
                        const tenant_paths& paths)
{
    if (wanted == rows_wanted::none) return {};
    if (wanted == rows_wanted::all || q.rule.kind == rule_kind::shared) return every_row();
    const auto has = [&](const std::string& name) {
        return std::find(q.columns.begin(), q.columns.end(), name) != q.columns.end();
    };
    if (q.rule.kind == rule_kind::column) {
        if (has(q.rule.column)) return by_column(q.rule.column, wanted);
        return problem(fmt::format("table \"{}\" has no column \"{}\", which its tenant rule names",
                                   model::to_string(q.table), q.rule.column),
                       fmt::format("correct [modules.{}.tenant] in tropeiro.toml", q.module));
    }
    if (q.rule.kind == rule_kind::derived && has(tenant_column)) return by_column(tenant_column, wanted);
    // The legacy copy takes every row of a table without the column; a path would only narrow that.
    if (wanted == rows_wanted::legacy && !has(tenant_column)) return every_row();
    return by_path(q, wanted, tenant_column, paths);
}

std::string toml_key(const model::table_name& table)
{
    const auto name = model::to_string(table);
    return name.find_first_of(".\"") == std::string::npos ? name : fmt::format("'{}'", name);
}

bool fits(const std::string& value, const std::string& type)
{
    if (type == "integer" || type == "bigint" || type == "smallint") {
        std::int64_t number = 0;
        const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), number);
        return bad == std::errc{} && end == value.data() + value.size();
    }
    if (type != "uuid") return true;
    std::size_t digits = 0;
    for (const char c : value) {
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0)
            ++digits;
        else if (c != '-' && c != '{' && c != '}')
            return false;
    }
    return digits == 32;
}

std::string describe(const rows_choice& rows)
{
    if (!rows.copied) return "none";
    const auto column = path_text(rows.filter.path, rows.filter.column);
    switch (rows.filter.kind) {
    case filter_kind::legacy:
        return column + " IS NULL";
    case filter_kind::equals:
        return fmt::format("{} = {}{}", column, rows.filter.value, otherwise_text(rows.filter));
    case filter_kind::all:
        break;
    }
    return "all rows";
}

pg::tenant_statistics through_path(const pg::catalog_table& table, const pg::tenant_statistics& end,
                                   std::optional<double> rows)
{
    auto s = end;
    s.table = table.id;
    s.exact = false; // other tables' rows say nothing for certain
    s.rows = rows.value_or(all_rows(table));
    const auto factor = end.rows > 0 ? s.rows / end.rows : 0;
    s.null_rows *= factor;
    for (auto& [value, count] : s.counts)
        count *= factor;
    return s;
}

rows_estimate estimate_rows(const model::row_filter& filter, const pg::catalog_table& table,
                            const pg::tenant_statistics* s)
{
    const double all = s != nullptr && (s->exact || s->rows > 0) ? s->rows : all_rows(table);
    if (filter.kind == filter_kind::all || s == nullptr) return {all, 1};
    const bool known = s->exact || s->null_rows > 0 || s->distinct > 0 || !s->counts.empty();
    if (!known) return {all, 1};
    double rows = s->null_rows;
    if (filter.kind == filter_kind::equals) {
        const auto at = s->counts.find(filter.value);
        if (at != s->counts.end())
            rows = at->second;
        else if (s->exact)
            rows = 0;
        else {
            double rest = all - s->null_rows;
            for (const auto& [value, count] : s->counts)
                rest -= count;
            rows = std::max(rest, 0.0) / std::max(1.0, s->distinct - static_cast<double>(s->counts.size()));
        }
    }
    return {rows, all > 0 ? std::min(1.0, rows / all) : 0};
}

} // namespace tropeiro::scheduler::plan
