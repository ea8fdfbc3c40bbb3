#include "scheduler/plan/after_rows.hpp"

#include "scheduler/plan/read_back_sets.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

using model::job_kind;

/// An exclusion constraint, CLUSTER ON and REPLICA IDENTITY take a lock that no other index of the table is built beside.
bool locks_out_others(const std::vector<model::schema_item>& steps)
{
    if (steps.size() > 1) return false; // the second one's turn comes when every index stands
    const auto& then = steps[0].then;
    return steps[0].is_constraint || std::any_of(then.begin(), then.end(), [](const auto& statement) {
               return statement.starts_with("ALTER TABLE");
           });
}

/// Nothing waits for reading back but the end: whatever else is ready goes first. Below 0, the larger the nearer to it.
double verify_score(std::int64_t bytes) { return -1 / (1 + static_cast<double>(bytes)); }

std::string indexes_label(const std::vector<model::table_name>& tables, std::string_view what)
{
    return tables.size() == 1 ? "indexes of " + model::to_string(tables[0])
                              : fmt::format("indexes of {} {}", tables.size(), what);
}

class cutting {
  public:
    cutting(tenant_jobs& to, const after_rows_question& question) : jobs_(to), q_(question)
    {
        for (const auto& index : schema().indexes)
            if (index.height == 0) pending_[index.item.table].push_back(index);
    }

    void run()
    {
        if (is_small())
            in_one_job();
        else
            step_by_step();
        jobs_.add(job_kind::publish, "publish", 0, model::to_json(q_.work.publish), ends_);
    }

  private:
    const schema_work& schema() const { return *q_.work.schema; }

    bool is_large(const model::table_name& table) const
    {
        const auto at = q_.work.bytes.find(table);
        return at != q_.work.bytes.end() && at->second > q_.small_table_bytes;
    }

    std::int64_t all_bytes() const
    {
        std::int64_t all = 0;
        for (const auto& [table, bytes] : q_.work.bytes)
            all += bytes;
        return all;
    }

    /// So small that jobs beside each other would gain less than they cost.
    bool is_small() const
    {
        const auto& bytes = q_.work.bytes;
        return all_bytes() <= 4 * q_.small_table_bytes &&
               std::none_of(bytes.begin(), bytes.end(), [&](const auto& t) { return is_large(t.first); });
    }

    job_indices every_copy() const
    {
        job_indices all;
        for (const auto& group : q_.copied)
            all.insert(all.end(), group.jobs.begin(), group.jobs.end());
        return all.empty() ? q_.base : all;
    }

    static model::copy_item as_a_whole(const table_copy& copy)
    {
        auto item = copy.parts.front();
        item.number = 0;
        item.parts = static_cast<std::int32_t>(copy.parts.size());
        item.blocks = {};
        item.expected_rows = copy.rows;
        item.expected_bytes = copy.bytes;
        return item;
    }

    /// Leaves the jobs in `ends_`.
    job_indices verify(const job_indices& after)
    {
        auto tables = q_.work.to_verify;
        for (const auto& group : q_.copied)
            for (const auto* copy : group.tables)
                tables.push_back(as_a_whole(*copy));
        job_indices verified;
        for (auto& set : read_back_sets(std::move(tables))) {
            const auto label = set.size() == 1 ? "verify " + model::to_string(set[0].table)
                                               : fmt::format("verify {} tables", set.size());
            const auto score = verify_score(bytes_of(set));
            const model::verify_spec spec{std::move(set)};
            verified.push_back(jobs_.add(job_kind::verify, label, score, model::to_json(spec), after));
        }
        ends_.insert(ends_.end(), verified.begin(), verified.end());
        return verified;
    }

    void in_one_job()
    {
        model::after_rows_spec spec;
        if (!q_.schema_is_whole) {
            for (const auto& index : indexes_in_order(schema()))
                spec.indexes.push_back(index.item);
            for (const auto& key : schema().foreign_keys)
                spec.foreign_keys.push_back(key.item);
        }
        spec.sequences = q_.work.sequences;
        spec.script = q_.finish_script;
        const bool idle =
            spec.indexes.empty() && spec.foreign_keys.empty() && spec.sequences.empty() && spec.script == 0;
        auto last = every_copy();
        if (!idle)
            last = {jobs_.add(job_kind::after_rows, "indexes, keys and the rest", 0, model::to_json(spec),
                              std::move(last))};
        if (verify(last).empty()) ends_ = std::move(last);
    }

    void step_by_step()
    {
        for (const auto& group : q_.copied)
            indexes_of(group);
        indexes_without_rows();
        indexes_of_partitioned();
        const auto standing = after_indexes_.empty() ? q_.base : after_indexes_;
        auto keys = foreign_keys(standing);
        if (!q_.work.sequences.empty()) {
            const model::sequences_spec spec{q_.work.sequences};
            ends_.push_back(
                jobs_.add(job_kind::sequences, "set sequences", 0, model::to_json(spec), standing));
        }
        if (q_.finish_script == 0) {
            ends_.insert(ends_.end(), keys.begin(), keys.end());
            verify(standing);
        } else if (schema().in_place.empty())
            finish(std::move(keys), verify(standing));
        else // a city in use gets its triggers back whatever reading back comes to
            verify({finish(std::move(keys), {})});
    }

    /// Triggers and row security lock whole tables: nothing is to read or validate them meanwhile.
    std::size_t finish(job_indices keys, const job_indices& verified)
    {
        keys.insert(keys.end(), verified.begin(), verified.end());
        const model::script_spec spec{q_.finish_script, {}};
        ends_.push_back(
            jobs_.add(job_kind::finish_schema, "finish schema", 0, model::to_json(spec), std::move(keys)));
        return ends_.back();
    }

    void indexes_of(const copied_tables& group)
    {
        const auto& first = *group.tables.front();
        const auto waiting = pending_.find(first.table);
        if (is_large(first.table) && waiting != pending_.end() && waiting->second.size() > 1)
            return side_by_side(first, group.jobs);
        std::vector<model::table_name> tables;
        double sum = 0;
        for (const auto* table : group.tables) {
            tables.push_back(table->table);
            sum += cost(table->rows, table->bytes);
        }
        index_job(tables, group.jobs, indexes_label(tables, "small tables"), sum);
    }

    /// Each of the table's indexes is a job, those of keys first; then the keys take theirs.
    void side_by_side(const table_copy& copy, const job_indices& copies)
    {
        const auto name = model::to_string(copy.table);
        const auto score = cost(copy.rows, copy.bytes);
        model::indexes_spec keys;
        job_indices made;
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
                jobs_.add(job_kind::indexes, label, key ? 1.1 * score : score, model::to_json(spec), copies));
        }
        pending_.erase(copy.table);
        if (!keys.items.empty())
            made = {jobs_.add(job_kind::indexes, "keys of " + name, score, model::to_json(keys), made)};
        after_indexes_.insert(after_indexes_.end(), made.begin(), made.end());
    }

    /// After the copies of these tables; without indexes to make, others wait for the copies themselves.
    void index_job(const std::vector<model::table_name>& tables, const job_indices& copies, std::string label,
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
            after_indexes_.insert(after_indexes_.end(), copies.begin(), copies.end());
        else
            after_indexes_.push_back(
                jobs_.add(job_kind::indexes, std::move(label), score, model::to_json(spec), copies));
    }

    void indexes_without_rows()
    {
        std::vector<model::table_name> left;
        for (const auto& [table, items] : pending_)
            left.push_back(table);
        if (!left.empty()) index_job(left, q_.base, indexes_label(left, "tables"), 0);
    }

    void indexes_of_partitioned()
    {
        model::indexes_spec spec;
        for (const auto& index : indexes_in_order(schema()))
            if (index.height > 0) spec.items.push_back(index.item);
        if (spec.items.empty()) return;
        const auto after = after_indexes_.empty() ? q_.base : after_indexes_;
        after_indexes_ = {
            jobs_.add(job_kind::indexes, "indexes of partitioned tables", 0, model::to_json(spec), after)};
    }

    /// What the end of the schema waits for. A large table's keys are made unchecked and validated in a job of the table's.
    job_indices foreign_keys(const job_indices& standing)
    {
        if (schema().foreign_keys.empty()) return standing;
        model::foreign_keys_spec made;
        std::map<model::table_name, model::foreign_keys_spec> validations;
        for (const auto& key : schema().foreign_keys) {
            const bool in_two = key.validation && is_large(key.item.table);
            made.items.push_back(in_two ? key.unchecked : key.item);
            if (in_two) validations[key.item.table].items.push_back(*key.validation);
        }
        const auto keys = jobs_.add(job_kind::foreign_keys, "foreign keys", static_cast<double>(all_bytes()),
                                    model::to_json(made), standing);
        job_indices ends{keys};
        for (const auto& [table, spec] : validations)
            ends.push_back(jobs_.add(job_kind::foreign_keys, "foreign keys of " + model::to_string(table),
                                     static_cast<double>(q_.work.bytes.at(table)), model::to_json(spec),
                                     {keys}));
        return ends;
    }

    tenant_jobs& jobs_;
    const after_rows_question& q_;
    std::map<model::table_name, std::vector<index_statement>> pending_; // indexes without a job yet
    job_indices after_indexes_; // what says that every table's rows and indexes stand
    job_indices ends_;          // what publish waits for
};

} // namespace

void add_after_rows(tenant_jobs& to, const after_rows_question& question) { cutting(to, question).run(); }

} // namespace tropeiro::scheduler::plan
