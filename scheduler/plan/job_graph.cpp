#include "scheduler/plan/job_graph.hpp"

#include "scheduler/plan/after_rows.hpp"
#include "scheduler/plan/table_parts.hpp"
#include "scheduler/plan/tenant_jobs.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tropeiro::scheduler::plan {
namespace {

using model::job_kind;

std::string part_label(const model::copy_item& item)
{
    const auto name = model::to_string(item.table);
    if (item.parts == 1) return "copy " + name;
    return fmt::format("copy {} {}/{}", name, item.number + 1, item.parts);
}

class cutting {
  public:
    cutting(plan& to, std::size_t tenant, const tenant_work& work, const graph_settings& settings)
        : jobs_(to, tenant), work_(work), settings_(settings)
    {
    }

    void run()
    {
        prepare();
        copy_tables();
        // An empty city in a new database: indexes and keys come with its template.
        const bool whole = settings_.database.script != 0 && work_.copies.empty();
        after_rows_question question{
            work_, std::move(copied_), base_, settings_.finish_script, settings_.small_table_bytes, whole};
        add_after_rows(jobs_, question);
    }

  private:
    std::size_t add_copy(std::string label, double score, std::int64_t pass, const model::copy_spec& spec)
    {
        const auto job = jobs_.add(job_kind::copy, std::move(label), score, model::to_json(spec), base_);
        jobs_.join_pass(job, pass);
        return job;
    }

    /// Leaves `base_` as what every table waits for.
    void prepare()
    {
        base_ = {jobs_.add(job_kind::create_database, "create database " + work_.plan.database, 0,
                           model::to_json(settings_.database), {})};
        if (settings_.restore_script == 0 && work_.schema->truncate.empty()) return;
        const model::script_spec spec{settings_.restore_script, work_.schema->truncate};
        base_ = {jobs_.add(job_kind::restore_schema, "restore schema", 0, model::to_json(spec), base_)};
    }

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
        const auto is_here = [&](const auto& index) {
            return index.height == 0 && index.item.table == copy.table;
        };
        const auto& indexes = work_.schema->indexes;
        const auto count = std::count_if(indexes.begin(), indexes.end(), is_here);
        copied_tables done{{&copy}, {}};
        for (const auto& part : copy.parts) {
            auto spec = copy_spec();
            spec.items.push_back(part);
            // What has many indexes to build afterwards begins earlier.
            const auto bytes = copy.pass ? copy.pass->score : cost(copy.rows, copy.bytes);
            const auto score = bytes * (1 + 0.5 * static_cast<double>(count));
            const auto pass = copy.pass ? copy.pass->pass + part.number : 0;
            done.jobs.push_back(add_copy(part_label(part), score, pass, spec));
        }
        copied_.push_back(std::move(done));
    }

    void copy_group(const std::vector<const table_copy*>& group)
    {
        auto spec = copy_spec();
        double sum = 0;
        for (const auto* copy : group) {
            spec.items.insert(spec.items.end(), copy->parts.begin(), copy->parts.end());
            sum += cost(copy->rows, copy->bytes);
        }
        const auto name = group.size() == 1 ? model::to_string(group[0]->table)
                                            : fmt::format("{} small tables", group.size());
        const auto& pass = group[0]->pass;
        const auto job = add_copy("copy " + name, pass ? pass->score : sum, pass ? pass->pass : 0, spec);
        copied_.push_back({group, {job}});
    }

    tenant_jobs jobs_;
    const tenant_work& work_;
    const graph_settings& settings_;
    job_indices base_;
    std::vector<copied_tables> copied_;
};

} // namespace

void add_jobs(plan& to, std::size_t tenant, const tenant_work& work, const graph_settings& settings)
{
    if (!work.idle()) cutting(to, tenant, work, settings).run();
}

} // namespace tropeiro::scheduler::plan
