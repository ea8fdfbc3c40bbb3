#include "scheduler/plan/path_counts.hpp"

#include "scheduler/plan/path_questions.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tropeiro::scheduler::plan {
namespace {

using severity = finding::severity_t;

constexpr std::string_view timed_out = "57014";

/// One counting of all tables. Lives in count_paths's frame.
class counting {
  public:
    counting(pg::connection& source, source_facts& facts,
             const std::vector<model::table_name>& control_tables, count_limits limits)
        : source_(source), facts_(facts), control_tables_(control_tables), limits_(limits),
          end_(steady::now() + limits.together)
    {
    }

    task<std::vector<path_plan>> run()
    {
        std::vector<path_plan> plans;
        for (auto& table : facts_.tables) {
            const bool own = table.rows.filter.kind == model::row_filter::kind_t::equals;
            if (!table.by_path() || !table.holds_rows() || !own) continue;
            table_end_ = std::min(end_, steady::now() + limits_.table);
            auto counted = co_await count(table);
            plans.push_back(std::move(counted));
        }
        co_return plans;
    }

  private:
    task<path_plan> count(source_table& table)
    {
        const auto& filter = table.rows.filter;
        path_plan plan;
        plan.module = table.selected.module;
        plan.table = table.selected.name;
        plan.path = path_text(filter.path, filter.column);
        const auto key = primary_key(table.selected.id);
        auto found = co_await ask(rows_by_tenant_sql(table), plan.not_counted);
        if (found) take(*found, table, plan);
        if (plan.orphans.rows > 0) plan.orphans.examples = co_await examples(orphans_sql(table, key));
        for (const auto& other : table.rows.along->others) {
            if (is_control_plane(other.steps.front().hop.to, control_tables_)) continue;
            auto conflict = co_await compare(table, other, key);
            plan.conflicts.push_back(std::move(conflict));
        }
        co_return plan;
    }

    task<path_conflict> compare(const source_table& table, const tenant_path& other,
                                std::vector<std::string> key)
    {
        path_conflict conflict;
        conflict.path = path_text(other.hops(), other.column);
        conflict.key = other.steps.front().key;
        auto found = co_await ask(conflicts_sql(table, other), conflict.not_counted);
        if (found) conflict.rows.rows = found->one().get<std::int64_t>(0);
        if (conflict.rows.rows > 0)
            conflict.rows.examples = co_await examples(conflicting_sql(table, other, key));
        co_return conflict;
    }

    static void take(const pg::rows& found, source_table& table, path_plan& plan)
    {
        pg::tenant_statistics s;
        s.table = table.table.id;
        s.exact = true;
        for (const auto& row : found) {
            const auto count = row.get<std::int64_t>(2);
            s.rows += static_cast<double>(count);
            if (row.get<bool>(0))
                plan.orphans.rows += count;
            else if (row.is_null(1))
                plan.legacy += count;
            else
                s.counts[row.get<std::string>(1)] = static_cast<double>(count);
        }
        s.null_rows = static_cast<double>(plan.orphans.rows + plan.legacy);
        s.distinct = static_cast<double>(s.counts.size());
        table.statistics = std::move(s);
        table.has_statistics = true;
    }

    task<std::vector<std::string>> examples(std::string sql)
    {
        std::vector<std::string> keys;
        std::string ignored;
        auto found = co_await ask(std::move(sql), ignored);
        if (!found) co_return keys;
        for (const auto& row : *found)
            keys.push_back(row.get<std::string>(0));
        co_return keys;
    }

    /// Nothing: `why_not` says what was in the way.
    task<std::optional<pg::rows>> ask(std::string sql, std::string& why_not)
    {
        std::optional<pg::rows> found;
        const auto left = std::chrono::duration_cast<milliseconds>(table_end_ - steady::now());
        if (left <= milliseconds(0)) {
            why_not = "the time for it was over";
            co_return found;
        }
        co_await source_.execute(
            fmt::format("SAVEPOINT path_count; SET LOCAL statement_timeout = {}", left.count()));
        try {
            found = co_await source_.query(sql);
        } catch (const pg::error& e) {
            if (pg::is_connection_lost(e)) throw;
            why_not = e.sqlstate() == timed_out
                          ? fmt::format("it takes more than {} s", limits_.table.count() / 1000)
                          : std::string(e.what());
        }
        co_await source_.execute("ROLLBACK TO SAVEPOINT path_count; RELEASE SAVEPOINT path_count");
        co_return found;
    }

    std::vector<std::string> primary_key(pg::oid table) const
    {
        for (const auto& constraint : facts_.catalog.constraints)
            if (constraint.table == table && constraint.type == 'p') return constraint.columns;
        return {};
    }

    pg::connection& source_;
    source_facts& facts_;
    const std::vector<model::table_name>& control_tables_;
    count_limits limits_;
    steady::time_point end_;
    steady::time_point table_end_;
};

std::string for_example(const path_rows& rows)
{
    return rows.examples.empty() ? std::string() : ", for example " + text::join(rows.examples, ", ");
}

/// "1 row of table \"grades\" belongs", "2 rows of table \"grades\" belong".
std::string rows_that(std::int64_t count, const path_plan& path, std::string_view verb)
{
    return fmt::format("{} {} of table \"{}\" {}{}", count, count == 1 ? "row" : "rows",
                       model::to_string(path.table), verb, count == 1 ? "s" : "");
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

void path_found(const path_plan& path, std::vector<finding>& out)
{
    const auto name = model::to_string(path.table);
    if (!path.not_counted.empty())
        out.push_back({severity::warns,
                       {},
                       fmt::format("rows of table \"{}\" that {} does not reach were not counted: {}", name,
                                   path.path, path.not_counted),
                       "where there are some, they go to no tenant"});
    if (path.orphans.rows > 0)
        out.push_back(
            {severity::warns,
             {},
             fmt::format("{} to no tenant: {} does not reach them{}",
                         rows_that(path.orphans.rows, path, "belong"), path.path, for_example(path.orphans)),
             fmt::format("they stay behind; --rows legacy takes every row of the table, and in "
                         "[modules.{}.tenant] \"shared\" gives every row to every tenant and "
                         "\"via COLUMN -> TABLE\" names another path",
                         path.module)});
    if (path.legacy > 0)
        out.push_back({severity::notes,
                       {},
                       fmt::format("{} to the legacy city: at the end of {} stands NULL",
                                   rows_that(path.legacy, path, "belong"), path.path),
                       "nothing to do: --rows legacy takes them"});
}

} // namespace

task<std::vector<path_plan>> count_paths(pg::connection& source, source_facts& facts,
                                         const std::vector<model::table_name>& control_tables,
                                         count_limits limits)
{
    counting work(source, facts, control_tables, limits);
    auto plans = co_await work.run();
    co_return plans;
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
