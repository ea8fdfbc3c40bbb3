#include "scheduler/plan/path_steps.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

constexpr auto correct_rule = "correct the table's rule in tropeiro.toml, [modules.NAME.tenant]";

bool same_columns(std::vector<std::string> a, std::vector<std::string> b)
{
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

/// "timestamp(3) without time zone" without its modifier.
std::string without_modifier(const std::string& type)
{
    const auto open = type.find('(');
    const auto close = type.find(')', std::min(open, type.size()));
    return close == std::string::npos ? type : type.substr(0, open) + type.substr(close + 1);
}

/// Types that PostgreSQL compares with one another, by the index of either.
std::string family(const std::string& bare)
{
    if (bare == "smallint" || bare == "integer" || bare == "bigint") return "integer";
    if (bare == "text" || bare == "character varying") return "text";
    return bare;
}

path_steps cannot(const pg::catalog_table& from, std::string why, std::string hint = correct_rule)
{
    return {{},
            rows_problem{fmt::format("table \"{}\": its tenant rule {}", model::to_string(from.name), why),
                         std::move(hint)}};
}

std::string listed(const std::vector<std::string>& columns) { return "(" + text::join(columns, ", ") + ")"; }

} // namespace

bool same_hop(const path_step& a, const path_step& b) { return a.hop == b.hop; }

std::vector<model::path_hop> hops_of(const std::vector<path_step>& steps)
{
    std::vector<model::path_hop> all;
    for (const auto& step : steps)
        all.push_back(step.hop);
    return all;
}

table_links::table_links(const pg::catalog& source) : source_(source)
{
    for (const auto& constraint : source.constraints) {
        constraints_[constraint.table].push_back(&constraint);
        by_oid_[constraint.id] = &constraint;
    }
    for (auto& [table, of] : constraints_)
        std::sort(of.begin(), of.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
}

bool table_links::has_column(pg::oid table, const std::string& column) const
{
    const auto columns = source_.columns_of(table);
    return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == column; });
}

std::string table_links::bare_type(pg::oid table, const std::string& column) const
{
    for (const auto& c : source_.columns_of(table))
        if (c.name == column) return without_modifier(c.type);
    return {};
}

std::set<pg::oid> table_links::lineage(pg::oid table) const
{
    std::set<pg::oid> all{table};
    const auto* here = source_.find(table);
    if (here == nullptr) return all;
    for (const auto parent : here->parents)
        all.merge(lineage(static_cast<pg::oid>(parent)));
    return all;
}

const pg::catalog_constraint& table_links::origin(const pg::catalog_constraint& key) const
{
    const auto above = by_oid_.find(key.parent);
    return above == by_oid_.end() ? key : origin(*above->second);
}

/// A key that follows from one to the whole table, but to a partition of it, only serves PostgreSQL itself. One
/// over periods may point to several rows.
bool table_links::is_link(const pg::catalog_constraint& key) const
{
    const auto* to = source_.find(key.referenced);
    return key.type == 'f' && to != nullptr &&
           (to->kind == pg::table_kind::heap || to->kind == pg::table_kind::partitioned) &&
           origin(key).referenced == key.referenced && key.columns.size() == key.referenced_columns.size() &&
           key.definition.find("PERIOD ") == std::string::npos;
}

path_step table_links::step_to(const pg::catalog_table& from, const pg::catalog_table& to,
                               std::vector<std::string> from_columns,
                               std::vector<std::string> to_columns) const
{
    path_step step;
    for (const auto& column : source_.columns_of(from.id))
        if (!column.not_null &&
            std::find(from_columns.begin(), from_columns.end(), column.name) != from_columns.end())
            step.may_miss = true;
    step.hop = {to.name, std::move(from_columns), std::move(to_columns),
                to.kind == pg::table_kind::partitioned};
    step.to = to.id;
    return step;
}

path_step table_links::step_along(const pg::catalog_constraint& key) const
{
    auto step =
        step_to(*source_.find(key.table), *source_.find(key.referenced), key.columns, key.referenced_columns);
    step.key = key.name;
    if (!key.validated) step.may_miss = true;
    return step;
}

std::vector<path_step> table_links::steps(pg::oid table) const
{
    std::vector<path_step> all;
    const auto of = constraints_.find(table);
    if (of == constraints_.end()) return all;
    const auto itself = lineage(table);
    for (const auto* key : of->second)
        if (is_link(*key) && itself.count(key->referenced) == 0) all.push_back(step_along(*key));
    return all;
}

std::vector<path_step> table_links::steps_to_itself(pg::oid table) const
{
    std::vector<path_step> all;
    const auto of = constraints_.find(table);
    if (of == constraints_.end()) return all;
    const auto itself = lineage(table);
    for (const auto* key : of->second)
        if (is_link(*key) && itself.count(key->referenced) > 0) all.push_back(step_along(*key));
    return all;
}

std::vector<std::string> table_links::primary_key(pg::oid table) const
{
    const auto of = constraints_.find(table);
    if (of == constraints_.end()) return {};
    const auto key =
        std::find_if(of->second.begin(), of->second.end(), [](const auto* c) { return c->type == 'p'; });
    return key == of->second.end() ? std::vector<std::string>() : (*key)->columns;
}

bool table_links::is_unique(pg::oid table, const std::vector<std::string>& columns) const
{
    const auto of = constraints_.find(table);
    return of != constraints_.end() && std::any_of(of->second.begin(), of->second.end(), [&](const auto* c) {
               return (c->type == 'p' || c->type == 'u') && !c->columns.empty() &&
                      std::all_of(c->columns.begin(), c->columns.end(), [&](const auto& name) {
                          return std::find(columns.begin(), columns.end(), name) != columns.end();
                      });
           });
}

path_steps table_links::by_rule(pg::oid table, const model::tenant_rule& rule) const
{
    const auto& from = *source_.find(table);
    for (const auto& column : rule.link_columns)
        if (!has_column(table, column))
            return cannot(from, fmt::format("names column \"{}\", which it does not have", column));
    const auto* to = source_.find(rule.linked);
    if (to == nullptr)
        return cannot(from, fmt::format("names table \"{}\", which is not in the source database",
                                        model::to_string(rule.linked)));
    if (to->kind != pg::table_kind::heap && to->kind != pg::table_kind::partitioned)
        return cannot(from, fmt::format("leads to \"{}\", which is no table", model::to_string(to->name)));
    const auto of = constraints_.find(table);
    if (of != constraints_.end())
        for (const auto* key : of->second)
            if (is_link(*key) && key->referenced == to->id && same_columns(key->columns, rule.link_columns))
                return {{step_along(*key)}, std::nullopt};
    return guess(from, *to, rule.link_columns);
}

path_steps table_links::guess(const pg::catalog_table& from, const pg::catalog_table& to,
                              const std::vector<std::string>& columns) const
{
    const auto name = model::to_string(to.name);
    const bool same_names = std::all_of(columns.begin(), columns.end(),
                                        [&](const auto& column) { return has_column(to.id, column); });
    auto others = same_names && is_unique(to.id, columns) ? columns : primary_key(to.id);
    if (others.empty())
        return cannot(from, fmt::format("leads to columns of \"{}\" that are not unique", name),
                      fmt::format("a row could belong to several tenants: give \"{}\" a primary key, or a "
                                  "unique constraint on {}",
                                  name, listed(columns)));
    if (others.size() != columns.size())
        return cannot(from, fmt::format("names {}, and rows of \"{}\" are found by {}", listed(columns), name,
                                        listed(others)));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto here = bare_type(from.id, columns[i]);
        const auto there = bare_type(to.id, others[i]);
        if (family(here) != family(there))
            return cannot(from, fmt::format("compares column \"{}\", which is {}, with \"{}\" of \"{}\", "
                                            "which is {}",
                                            columns[i], here, others[i], name, there));
    }
    auto step = step_to(from, to, columns, std::move(others));
    step.may_miss = true; // no key sees to it
    return {{std::move(step)}, std::nullopt};
}

} // namespace tropeiro::scheduler::plan
