#include "scheduler/plan/tenant_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tropeiro::scheduler::plan {
namespace {

using rule_kind = model::tenant_rule::kind_t;
using filter_kind = model::row_filter::kind_t;

rows_choice every_row() { return {true, {}, std::nullopt}; }

rows_choice by_column(const std::string& column, rows_wanted wanted)
{
    return {true,
            {wanted == rows_wanted::legacy ? filter_kind::legacy : filter_kind::equals, column, {}},
            std::nullopt};
}

rows_choice problem(std::string what, std::string hint)
{
    return {true, {}, rows_problem{std::move(what), std::move(hint)}};
}

rows_choice no_path(const rows_question& q, const std::string& tenant_column)
{
    const auto name = model::to_string(q.table);
    const auto key = name.find_first_of(".\"") == std::string::npos ? name : fmt::format("'{}'", name);
    return problem(
        fmt::format("table \"{}\" has no column \"{}\": a tenant's rows need a foreign-key path or a rule; "
                    "paths are not available yet",
                    name, tenant_column),
        fmt::format("when every tenant gets all of its rows, write in tropeiro.toml under "
                    "[modules.{}.tenant]: {} = \"shared\"",
                    q.module, key));
}

} // namespace

rows_choice choose_rows(const rows_question& q, rows_wanted wanted, const std::string& tenant_column)
{
    if (wanted == rows_wanted::none) return {};
    if (wanted == rows_wanted::all || q.rule.kind == rule_kind::shared) return every_row();
    const auto has = [&](const std::string& name) {
        return std::find(q.columns.begin(), q.columns.end(), name) != q.columns.end();
    };
    if (q.rule.kind == rule_kind::path) {
        // The legacy copy takes every row of a table without the column; a path would only narrow that.
        if (wanted == rows_wanted::legacy && !has(tenant_column)) return every_row();
        return problem(fmt::format("table \"{}\": rules that begin with \"via\" are not available yet",
                                   model::to_string(q.table)),
                       "write \"shared\" or \"column NAME\", or leave the table out");
    }
    if (q.rule.kind == rule_kind::column) {
        if (has(q.rule.column)) return by_column(q.rule.column, wanted);
        return problem(fmt::format("table \"{}\" has no column \"{}\", which its tenant rule names",
                                   model::to_string(q.table), q.rule.column),
                       fmt::format("correct [modules.{}.tenant] in tropeiro.toml", q.module));
    }
    if (has(tenant_column)) return by_column(tenant_column, wanted);
    return wanted == rows_wanted::legacy ? every_row() : no_path(q, tenant_column);
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
    switch (rows.filter.kind) {
    case filter_kind::legacy:
        return rows.filter.column + " IS NULL";
    case filter_kind::equals:
        return fmt::format("{} = {}", rows.filter.column, rows.filter.value);
    case filter_kind::all:
        break;
    }
    return "all rows";
}

rows_estimate estimate_rows(const model::row_filter& filter, const pg::catalog_table& table,
                            const pg::tenant_statistics* s)
{
    constexpr double assumed_row_bytes = 100; // where nothing was ever analyzed
    double all = table.row_estimate;
    if (s != nullptr && (s->exact || s->rows > 0)) all = s->rows;
    if (all < 0) all = static_cast<double>(table.heap_bytes) / assumed_row_bytes;
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
