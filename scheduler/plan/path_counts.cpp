#include "scheduler/plan/path_counts.hpp"

#include "scheduler/plan/path_questions.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

using severity = finding::severity_t;

constexpr std::size_t most_values = 5; // of unknown tenants, that are named

/// One counting of all tables. Lives in count_paths's frame.
class counting {
  public:
    counting(pg::connection& source, source_facts& facts,
             const std::vector<model::table_name>& control_tables, const std::set<std::string>* known,
             question_limits limits)
        : questions_(source, limits), facts_(facts), control_tables_(control_tables), known_(known)
    {
    }

    task<std::vector<path_plan>> run()
    {
        std::vector<path_plan> plans;
        for (auto& table : facts_.tables) {
            if (!is_counted(table)) continue;
            questions_.begin_table();
            auto counted = co_await count(table);
            plans.push_back(std::move(counted));
        }
        co_return plans;
    }

  private:
    bool is_counted(const source_table& table) const
    {
        const bool own = table.rows.filter.kind == model::row_filter::kind_t::equals;
        return own && table.holds_rows() && (table.by_path() || known_ != nullptr);
    }

    task<path_plan> count(source_table& table)
    {
        const auto& filter = table.rows.filter;
        path_plan plan;
        plan.module = table.selected.module;
        plan.table = table.selected.name;
        plan.path = path_text(filter.path, filter.column);
        for (const auto& way : filter.otherwise)
            plan.otherwise.push_back({way_text(way), 0});
        plan.own_column = !table.by_path();
        const auto key = facts_.primary_key(table.selected.id);
        auto found = co_await questions_.ask(rows_by_tenant_sql(table), plan.not_counted);
        if (found) take(*found, table, plan);
        if (plan.orphans.rows > 0)
            plan.orphans.examples = co_await questions_.ask_texts(orphans_sql(table, key));
        if (!table.rows.along) co_return plan;
        const auto owners = owners_of(table, plan);
        for (const auto& other : table.rows.along->others) {
            if (is_control_plane(other.step.hop.to, control_tables_)) continue;
            auto conflict = co_await compare(table, other, owners, key);
            plan.conflicts.push_back(std::move(conflict));
        }
        co_return plan;
    }

    /// Rows of strangers go nowhere, and so break no key.
    row_owners owners_of(const source_table& table, const path_plan& plan) const
    {
        row_owners owners;
        if (plan.unknown.rows == 0) return owners;
        owners.listed = true;
        for (const auto& [value, rows] : table.statistics.counts)
            if (known_->contains(value)) owners.values.push_back(value);
        return owners;
    }

    task<path_conflict> compare(const source_table& table, const linked_owner& other,
                                const row_owners& owners, const std::vector<std::string>& key)
    {
        path_conflict conflict;
        conflict.path = other.text();
        conflict.key = other.step.key;
        auto found = co_await questions_.ask(conflicts_sql(table, other, owners), conflict.not_counted);
        if (found) conflict.rows.rows = found->one().get<std::int64_t>(0);
        if (conflict.rows.rows > 0)
            conflict.rows.examples =
                co_await questions_.ask_texts(conflicting_sql(table, other, owners, key));
        co_return conflict;
    }

    void take(const pg::rows& found, source_table& table, path_plan& plan) const
    {
        pg::tenant_statistics s;
        s.table = table.table.id;
        s.exact = true;
        for (const auto& row : found) {
            const auto count = row.get<std::int64_t>(2);
            plan.rows += count;
            const auto way = static_cast<std::size_t>(row.get<int>(0));
            if (way > 1) plan.otherwise.at(way - 2).rows += count;
            if (way == 0)
                plan.orphans.rows += count;
            else if (row.is_null(1))
                plan.legacy += count;
            else
                s.counts[row.get<std::string>(1)] += static_cast<double>(count);
        }
        s.rows = static_cast<double>(plan.rows);
        s.null_rows = static_cast<double>(plan.orphans.rows + plan.legacy);
        s.distinct = static_cast<double>(s.counts.size());
        if (known_ != nullptr) plan.unknown = unknown_among(s, *known_);
        table.statistics = std::move(s);
        table.has_statistics = true;
    }

    timed_questions questions_;
    source_facts& facts_;
    const std::vector<model::table_name>& control_tables_;
    const std::set<std::string>* known_; // null: nobody asks for whom nobody knows
};

std::string for_example(const path_rows& rows)
{
    return rows.examples.empty() ? std::string() : ", for example " + text::join(rows.examples, ", ");
}

/// "1 row of table \"grades\" belongs", "2 rows of table \"grades\" belong".
std::string rows_that(std::int64_t count, const path_plan& path, std::string_view verb)
{
    return fmt::format("{} of table \"{}\" {}{}", text::counted(count, "row"), model::to_string(path.table),
                       verb, count == 1 ? "s" : "");
}

finding conflict_found(const path_plan& path, const path_conflict& conflict)
{
    const auto name = model::to_string(path.table);
    if (!conflict.not_counted.empty())
        return {severity::warns,
                {},
                fmt::format(
                    "rows of table \"{}\" that join two tenants, along {} and along {}, were not counted: {}",
                    name, path.path, conflict.path, conflict.not_counted),
                fmt::format("where there are some, foreign key \"{}\" fails in the tenants' databases",
                            conflict.key)};
    return {severity::warns,
            {},
            fmt::format("{} two tenants: along {} they are one's, along {} another's or nobody's{}",
                        rows_that(conflict.rows.rows, path, "join"), path.path, conflict.path,
                        for_example(conflict.rows)),
            fmt::format("they go along the first; foreign key \"{}\" fails in the databases of their tenants "
                        "unless the rows are corrected in the source",
                        conflict.key)};
}

finding not_counted(const path_plan& path)
{
    const auto name = model::to_string(path.table);
    if (path.own_column)
        return {
            severity::warns,
            {},
            fmt::format("rows of table \"{}\" were not counted by {}: {}", name, path.path, path.not_counted),
            "whether some are nobody's is not known"};
    return {
        severity::warns,
        {},
        fmt::format("rows of table \"{}\" that no way reaches were not counted: {}", name, path.not_counted),
        "where there are some, they go to no tenant"};
}

std::vector<std::string> ways_of(const path_plan& path)
{
    std::vector<std::string> ways{path.path};
    for (const auto& way : path.otherwise)
        ways.push_back(way.path);
    return ways;
}

finding other_way_found(const path_plan& path, const way_rows& way)
{
    const bool one = way.rows == 1;
    return {severity::notes,
            {},
            fmt::format("{} {} tenant along {}, for {} does not reach {}", rows_that(way.rows, path, "find"),
                        one ? "its" : "their", way.path, path.path, one ? "it" : "them"),
            fmt::format(
                "nothing to do; a rule \"via COLUMN -> TABLE\" in [modules.{}.tenant] leaves one way alone",
                path.module)};
}

finding orphans_found(const path_plan& path)
{
    return {severity::warns,
            {},
            fmt::format("{} to no tenant: {} {} not reach them{}",
                        rows_that(path.orphans.rows, path, "belong"), text::join(ways_of(path), " and "),
                        path.otherwise.empty() ? "does" : "do", for_example(path.orphans)),
            fmt::format("they stay behind; --rows legacy takes every row of the table, and in "
                        "[modules.{}.tenant] \"shared\" gives every row to every tenant and "
                        "\"via COLUMN -> TABLE\" names another path",
                        path.module)};
}

finding unknown_found(const path_plan& path)
{
    std::vector<std::string> values;
    for (const auto& one : path.unknown.first)
        values.push_back(fmt::format("{} ({})", one.value, one.rows));
    const auto several = path.unknown.values > 1;
    return {
        severity::warns,
        {},
        fmt::format("{} to tenants that nobody knows: in {} {} {} {} no tenant's id, for example {}",
                    rows_that(path.unknown.rows, path, "belong"), path.path, several ? "stand" : "stands",
                    path.unknown.values, several ? "values that are" : "value that is",
                    text::join(values, ", ")),
        "they stay behind; put a row with that id into the cities table, give them to a tenant whose id is "
        "another (--rows own --city-id VALUE), or correct the rows in the source"};
}

finding legacy_found(const path_plan& path)
{
    return {severity::notes,
            {},
            fmt::format("{} to the legacy city: {}{} stands NULL", rows_that(path.legacy, path, "belong"),
                        path.own_column ? "in " : "at the end of ", path.path),
            "nothing to do: --rows legacy takes them"};
}

void path_found(const path_plan& path, std::vector<finding>& out)
{
    for (const auto& way : path.otherwise)
        if (way.rows > 0) out.push_back(other_way_found(path, way));
    if (!path.not_counted.empty()) out.push_back(not_counted(path));
    if (path.orphans.rows > 0) out.push_back(orphans_found(path));
    if (path.unknown.rows > 0) out.push_back(unknown_found(path));
    if (path.legacy > 0) out.push_back(legacy_found(path));
}

} // namespace

task<std::vector<path_plan>> count_paths(pg::connection& source, source_facts& facts,
                                         const std::vector<model::table_name>& control_tables,
                                         question_limits limits, const std::set<std::string>* known)
{
    counting work(source, facts, control_tables, known, limits);
    auto plans = co_await work.run();
    co_return plans;
}

unknown_tenants unknown_among(const pg::tenant_statistics& counted, const std::set<std::string>& known)
{
    unknown_tenants unknown;
    for (const auto& [value, rows] : counted.counts) {
        if (known.contains(value)) continue;
        unknown.rows += static_cast<std::int64_t>(rows);
        ++unknown.values;
        unknown.first.push_back({value, static_cast<std::int64_t>(rows)});
    }
    std::stable_sort(unknown.first.begin(), unknown.first.end(),
                     [](const auto& a, const auto& b) { return a.rows > b.rows; });
    if (unknown.first.size() > most_values) unknown.first.resize(most_values);
    return unknown;
}

std::vector<finding> check_paths(const std::vector<path_plan>& paths)
{
    std::vector<finding> found;
    for (const auto& path : paths) {
        path_found(path, found);
        for (const auto& conflict : path.conflicts)
            if (conflict.rows.rows > 0 || !conflict.not_counted.empty())
                found.push_back(conflict_found(path, conflict));
    }
    return found;
}

} // namespace tropeiro::scheduler::plan
