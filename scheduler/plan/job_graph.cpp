#include "scheduler/plan/job_graph.hpp"

#include "scheduler/plan/table_parts.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

using model::job_kind;
using indices = std::vector<std::size_t>;

/// What a step costs next to others of its tenant: bytes to send, and a row's own price.
double cost(std::int64_t rows, std::int64_t bytes)
{
    return static_cast<double>(bytes) + 100.0 * static_cast<double>(rows);
}

/// An exclusion constraint, CLUSTER ON and REPLICA IDENTITY take a lock that no other index of the table is built beside.
bool locks_out_others(const std::vector<model::schema_item>& steps)
{
    if (steps.size() > 1) return false; // the second one's turn comes when every index stands
    const auto& then = steps[0].then;
    return steps[0].is_constraint || std::any_of(then.begin(), then.end(), [](const auto& statement) {
               return statement.starts_with("ALTER TABLE");
           });
}

constexpr std::int64_t verified_alone = std::int64_t{64} << 20U; // bytes of a table

std::string part_label(const model::copy_item& item)
{
    const auto name = model::to_string(item.table);
    if (item.parts == 1) return "copy " + name;
    return fmt::format("copy {} {}/{}", name, item.number + 1, item.parts);
}

class cutting {
  public:
    cutting(plan& to, std::size_t tenant, const tenant_work& work, const graph_settings& settings)
        : plan_(to), tenant_(tenant), work_(work), settings_(settings)
    {
        for (const auto& index : work.schema->indexes)
            if (index.height == 0) pending_[index.item.table].push_back(index);
    }

    void run()
    {
        prepare();
        copy_tables();
        if (!whole_from_template()) make_indexes();
        finish();
    }

  private:
    std::size_t add(job_kind kind, std::string label, double score, boost::json::value spec, indices after)
    {
        std::sort(after.begin(), after.end());
        after.erase(std::unique(after.begin(), after.end()), after.end());
        plan_.jobs.push_back({kind, tenant_, std::move(label), 0, score, std::move(spec), std::move(after)});
        return plan_.jobs.size() - 1;
    }

    std::size_t add_copy(std::string label, double score, std::int64_t pass, const model::copy_spec& spec)
    {
        const auto job = add(job_kind::copy, std::move(label), score, model::to_json(spec), base_);
        plan_.jobs[job].pass = pass;
        return job;
    }

    /// Leaves `base_` as what every table waits for.
    void prepare()
    {
        base_ = {add(job_kind::create_database, "create database " + work_.plan.database, 0,
                     model::to_json(settings_.database), {})};
        if (settings_.restore_script == 0 && work_.schema->truncate.empty()) return;
        const model::script_spec spec{settings_.restore_script, work_.schema->truncate};
        base_ = {add(job_kind::restore_schema, "restore schema", 0, model::to_json(spec), base_)};
    }

    /// An empty city in a new database: indexes and keys come with its template.
    bool whole_from_template() const { return settings_.database.script != 0 && work_.copies.empty(); }

    bool is_large(const table_copy& copy) const
    {
        if (copy.pass) return !copy.pass->small;
        return copy.parts.size() > 1 || copy.bytes > settings_.small_table_bytes;
    }

    void copy_tables()
    {
        std::vector<const table_copy*> order;
        for (const auto& copy : work_.copies)
            order.push_back(&copy);
        std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
            return cost(a->rows, a->bytes) > cost(b->rows, b->bytes);
        });
        std::vector<const table_copy*> group;
        std::int64_t bytes = 0;
        for (const auto* copy : order) {
            if (is_large(*copy)) {
                copy_large(*copy);
                continue;
            }
            if (copy->pass) continue;
            if (!group.empty() && (bytes + copy->bytes > 4 * settings_.small_table_bytes ||
                                   group.size() == most_small_together)) {
                copy_group(group);
                group.clear();
                bytes = 0;
            }
            group.push_back(copy);
            bytes += copy->bytes;
        }
        if (!group.empty()) copy_group(group);
        copy_small_passes();
    }

    /// In the order of the tables, so that the jobs of one pass are alike.
    void copy_small_passes()
    {
        std::map<std::int64_t, std::vector<const table_copy*>> passes;
        for (const auto& copy : work_.copies)
            if (copy.pass && copy.pass->small) passes[copy.pass->pass].push_back(&copy);
        for (const auto& [pass, group] : passes)
            copy_group(group);
    }

    model::copy_spec copy_spec() const
    {
        return {
            {}, settings_.batch_rows, settings_.on_existing, settings_.on_bad_row, settings_.most_bad_rows};
    }

    void copy_large(const table_copy& copy)
    {
        const auto indexes = pending_.find(copy.table);
        const auto count = indexes == pending_.end() ? 0U : indexes->second.size();
        indices jobs;
        for (const auto& part : copy.parts) {
            auto spec = copy_spec();
            spec.items.push_back(part);
            // What has many indexes to build afterwards begins earlier.
            const auto bytes = copy.pass ? copy.pass->score : cost(copy.rows, copy.bytes);
            const auto score = bytes * (1 + 0.5 * static_cast<double>(count));
            const auto pass = copy.pass ? copy.pass->pass + part.number : 0;
            jobs.push_back(add_copy(part_label(part), score, pass, spec));
        }
        if (count > 1)
            indexes_side_by_side(copy, jobs);
        else
            index_job({copy.table}, jobs, "indexes of " + model::to_string(copy.table),
                      cost(copy.rows, copy.bytes));
    }

    void copy_group(const std::vector<const table_copy*>& group)
    {
        auto spec = copy_spec();
        std::vector<model::table_name> tables;
        double sum = 0;
        for (const auto* copy : group) {
            spec.items.insert(spec.items.end(), copy->parts.begin(), copy->parts.end());
            tables.push_back(copy->table);
            sum += cost(copy->rows, copy->bytes);
        }
        const auto name = group.size() == 1 ? model::to_string(group[0]->table)
                                            : fmt::format("{} small tables", group.size());
        const auto& pass = group[0]->pass;
        const auto job = add_copy("copy " + name, pass ? pass->score : sum, pass ? pass->pass : 0, spec);
        index_job(tables, {job}, "indexes of " + name, sum);
    }

    /// Each of the table's indexes is a job, those of keys first; then the keys take theirs.
    void indexes_side_by_side(const table_copy& copy, const indices& copies)
    {
        const auto name = model::to_string(copy.table);
        const auto score = cost(copy.rows, copy.bytes);
        model::indexes_spec keys;
        indices made;
        for (const auto& index : pending_.at(copy.table)) {
            auto steps = in_steps(index);
            if (locks_out_others(steps)) {
                keys.items.push_back(std::move(steps[0]));
                continue;
            }
            const bool key = steps.size() > 1;
            if (key) keys.items.push_back(std::move(steps[1]));
            const auto label = fmt::format("index {} of {}", steps[0].name, name);
            const model::indexes_spec spec{{std::move(steps[0])}};
            made.push_back(
                add(job_kind::indexes, label, key ? 1.1 * score : score, model::to_json(spec), copies));
        }
        pending_.erase(copy.table);
        if (!keys.items.empty())
            made = {add(job_kind::indexes, "keys of " + name, score, model::to_json(keys), made)};
        after_rows_.insert(after_rows_.end(), made.begin(), made.end());
    }

    /// After the copies of these tables; without indexes to make, others wait for the copies themselves.
    void index_job(const std::vector<model::table_name>& tables, const indices& copies, std::string label,
                   double score)
    {
        model::indexes_spec spec;
        for (const auto& table : tables) {
            const auto at = pending_.find(table);
            if (at == pending_.end()) continue;
            for (auto& index : at->second)
                spec.items.push_back(std::move(index.item));
            pending_.erase(at);
        }
        if (spec.items.empty())
            after_rows_.insert(after_rows_.end(), copies.begin(), copies.end());
        else
            after_rows_.push_back(
                add(job_kind::indexes, std::move(label), score, model::to_json(spec), copies));
    }

    void make_indexes()
    {
        std::vector<model::table_name> left; // tables that get no rows
        for (const auto& [table, items] : pending_)
            left.push_back(table);
        if (!left.empty())
            index_job(left, base_,
                      left.size() == 1 ? "indexes of " + model::to_string(left[0])
                                       : fmt::format("indexes of {} tables", left.size()),
                      0);
        std::vector<index_statement> above;
        for (const auto& index : work_.schema->indexes)
            if (index.height > 0) above.push_back(index);
        std::stable_sort(above.begin(), above.end(),
                         [](const auto& a, const auto& b) { return a.height < b.height; });
        model::indexes_spec spec;
        for (auto& index : above)
            spec.items.push_back(std::move(index.item));
        if (spec.items.empty()) return;
        const auto after = after_rows_.empty() ? base_ : after_rows_;
        after_rows_ = {
            add(job_kind::indexes, "indexes of partitioned tables", 0, model::to_json(spec), after)};
    }

    void finish()
    {
        auto last = after_rows_.empty() ? base_ : after_rows_;
        const auto rows_are_there = last;
        if (!work_.schema->foreign_keys.empty() && !whole_from_template()) {
            const model::foreign_keys_spec spec{work_.schema->foreign_keys};
            last = {add(job_kind::foreign_keys, "foreign keys", 0, model::to_json(spec), last)};
        }
        if (settings_.finish_script != 0) {
            const model::script_spec spec{settings_.finish_script, {}};
            last = {add(job_kind::finish_schema, "finish schema", 0, model::to_json(spec), last)};
        }
        if (!work_.sequences.empty()) {
            const model::sequences_spec spec{work_.sequences};
            last.push_back(
                add(job_kind::sequences, "set sequences", 0, model::to_json(spec), rows_are_there));
        }
        if (!work_.copies.empty() || !work_.to_verify.empty()) last = verifications(last);
        add(job_kind::publish, "publish", 0, model::to_json(work_.publish), last);
    }

    std::vector<model::copy_item> tables_to_verify() const
    {
        auto tables = work_.to_verify;
        for (const auto& copy : work_.copies) {
            auto item = copy.parts.front();
            item.number = 0;
            item.parts = static_cast<std::int32_t>(copy.parts.size());
            item.blocks = {};
            item.expected_rows = copy.rows;
            item.expected_bytes = copy.bytes;
            tables.push_back(std::move(item));
        }
        return tables;
    }

    /// A large table is a job of its own, so that reading back fills more than one slot; the others go together.
    indices verifications(const indices& after)
    {
        indices jobs;
        model::verify_spec others;
        for (auto& item : tables_to_verify()) {
            if (item.expected_bytes <= verified_alone) {
                others.tables.push_back(std::move(item));
                continue;
            }
            const auto label = "verify " + model::to_string(item.table);
            const auto score = static_cast<double>(item.expected_bytes);
            const model::verify_spec spec{{std::move(item)}};
            jobs.push_back(add(job_kind::verify, label, score, model::to_json(spec), after));
        }
        if (!others.tables.empty())
            jobs.push_back(add(job_kind::verify, "verify", 0, model::to_json(others), after));
        return jobs;
    }

    plan& plan_;
    std::size_t tenant_;
    const tenant_work& work_;
    const graph_settings& settings_;
    std::map<model::table_name, std::vector<index_statement>> pending_; // indexes without a job yet
    indices base_;
    indices after_rows_; // what says that every table's rows and indexes stand
};

} // namespace

void add_jobs(plan& to, std::size_t tenant, const tenant_work& work, const graph_settings& settings)
{
    if (!work.idle()) cutting(to, tenant, work, settings).run();
}

} // namespace tropeiro::scheduler::plan
