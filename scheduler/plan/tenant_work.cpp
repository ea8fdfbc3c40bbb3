#include "scheduler/plan/tenant_work.hpp"

#include "scheduler/plan/table_parts.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tropeiro::scheduler::plan {
namespace {

/// As they stand behind a command.
std::string flags_of(const table_choice& which)
{
    if (which.all_tables) return " --all-tables";
    if (!which.modules.empty()) return " --modules " + text::join(which.modules, ",");
    std::vector<std::string> names;
    for (const auto& table : which.tables)
        names.push_back(model::to_string(table));
    return names.empty() ? std::string() : " --tables " + text::join(names, ",");
}

class planning_tenant {
  public:
    planning_tenant(const source_facts& source, const plan_request& request, const plan_settings& settings,
                    const pass_choice& passes, tenant_question question)
        : source_(source), request_(request), settings_(settings), passes_(passes),
          question_(std::move(question))
    {
    }

    tenant_work run(std::shared_ptr<const schema_work> schema)
    {
        work_.schema = std::move(schema);
        describe_tenant();
        for (const auto& table : source_.tables)
            take_table(table);
        check_rows_left();
        check_keys();
        choose_sequences();
        publish();
        return std::move(work_);
    }

  private:
    void describe_tenant()
    {
        work_.plan.tenant = question_.tenant;
        work_.plan.database = question_.database;
        work_.plan.database_exists = question_.database_exists;
        work_.plan.modules = source_.selected.modules;
        work_.plan.foreign_keys = work_.schema->keys;
        work_.registered = question_.tenant.database == question_.database;
        for (const auto& module : source_.selected.modules)
            if (std::find(question_.tenant.modules.begin(), question_.tenant.modules.end(), module) ==
                question_.tenant.modules.end())
                work_.registered = false;
    }

    void take_table(const source_table& table)
    {
        const auto& name = table.selected.name;
        auto rows = table.rows;
        if (rows.filter.kind == model::row_filter::kind_t::equals)
            rows.filter.value = tenant_value(request_, question_.tenant);
        if (work_.schema->copied.count(name) > 0) check_value(table, rows.filter);
        table_plan plan;
        plan.module = table.selected.module;
        plan.table = name;
        plan.rows_of = table.holds_rows() ? describe(rows) : "in its partitions";
        plan.format = table.format.format;
        plan.format_reason = table.format.reason;
        plan.exists = work_.schema->existing.count(name) > 0;
        plan.complete = work_.schema->complete.count(name) > 0;
        plan.indexes =
            static_cast<int>(std::count_if(work_.schema->indexes.begin(), work_.schema->indexes.end(),
                                           [&](const auto& i) { return i.table == table.selected.id; }));
        if (work_.schema->copied.count(name) > 0) copy_table(table, rows.filter, plan);
        if (plan.complete) note_complete(table, rows.filter);
        work_.plan.tables.push_back(std::move(plan));
    }

    static model::copy_item whole_table(const source_table& table, const model::row_filter& filter)
    {
        model::copy_item item;
        item.table = table.selected.name;
        item.columns = table.columns;
        item.format = table.format.format;
        item.filter = filter;
        item.by_ctid = table.by_ctid;
        return item;
    }

    /// Its rows came with an earlier rollout, which may not have read them back.
    void note_complete(const source_table& table, const model::row_filter& filter)
    {
        auto item = whole_table(table, filter);
        const auto estimate =
            estimate_rows(filter, table.table, table.has_statistics ? &table.statistics : nullptr);
        item.expected_rows = std::llround(estimate.rows);
        item.expected_bytes = std::llround(static_cast<double>(table.table.total_bytes) * estimate.share);
        work_.bytes[item.table] = item.expected_bytes;
        if (work_.schema->unverified.count(item.table) > 0) work_.to_verify.push_back(std::move(item));
    }

    /// Once a table is complete, nothing brings it the rows that were left.
    void check_rows_left()
    {
        const auto& tenant = question_.tenant;
        const bool by_id = request_.rows == rows_wanted::own && request_.tenant_value.empty();
        const bool brings_own = std::ranges::any_of(work_.copies, [](const auto& copy) {
            return copy.parts.front().filter.kind == model::row_filter::kind_t::equals;
        });
        if (!by_id || tenant.slug != settings_.legacy_slug || !brings_own) return;
        const auto tables = flags_of(request_.which);
        work_.findings.push_back(
            {finding::severity_t::blocks,
             {},
             "its rows are those without a tenant (source.legacy_slug), which do not come with rows of its "
             "id",
             fmt::format(
                 "tropeiro tenant provision {0} --from-legacy{2}; or, where only those of its id are meant, "
                 "name it: tropeiro tenant provision {0} --rows own --city-id {1}{2}",
                 tenant.slug, tenant.id.value, tables)});
    }

    void check_keys()
    {
        for (const auto& [key, nullable] : work_.schema->unanswered) {
            const auto& table = key.table;
            const auto copy = std::find_if(work_.copies.begin(), work_.copies.end(),
                                           [&](const auto& c) { return c.table == table; });
            if (copy == work_.copies.end()) continue;
            const bool certain = copy->rows > 0 && !nullable;
            const auto referenced = model::to_string(key.referenced);
            work_.findings.push_back(
                {certain ? finding::severity_t::blocks : finding::severity_t::warns,
                 {},
                 fmt::format(
                     "foreign key \"{}\" {} fail: rows of \"{}\" point to \"{}\", which stands in the "
                     "tenant's database without rows",
                     key.name, certain ? "would" : "may", model::to_string(table), referenced),
                 fmt::format("copy the rows of \"{}\" as well, in this rollout or before it", referenced)});
        }
    }

    void check_value(const source_table& table, const model::row_filter& filter)
    {
        if (filter.kind != model::row_filter::kind_t::equals || fits(filter.value, table.filter_type)) return;
        work_.findings.push_back(
            {finding::severity_t::blocks,
             {},
             fmt::format("\"{}\" is no value of column \"{}\" of table \"{}\", which is {}", filter.value,
                         filter.column,
                         model::to_string(table.by_path() ? filter.path.back().to : table.selected.name),
                         table.filter_type),
             "say by which value the source knows this tenant"});
    }

    void copy_table(const source_table& table, const model::row_filter& filter, table_plan& plan)
    {
        const auto estimate =
            estimate_rows(filter, table.table, table.has_statistics ? &table.statistics : nullptr);
        const auto* pass = passes_.find(question_.number, table.selected.name);
        const auto ranges = pass != nullptr ? pass->ranges : own_ranges(table, estimate.share);
        table_copy copy{table.selected.name,
                        {},
                        std::llround(estimate.rows),
                        std::llround(static_cast<double>(table.table.total_bytes) * estimate.share),
                        pass != nullptr ? std::optional(*pass) : std::nullopt};
        const auto parts = static_cast<std::int64_t>(ranges.size());
        for (std::int64_t i = 0; i < parts; ++i) {
            auto item = whole_table(table, filter);
            item.number = static_cast<std::int32_t>(i);
            item.parts = static_cast<std::int32_t>(parts);
            item.blocks = ranges[static_cast<std::size_t>(i)];
            item.expected_rows = copy.rows * (i + 1) / parts - copy.rows * i / parts;
            item.expected_bytes = copy.bytes * (i + 1) / parts - copy.bytes * i / parts;
            copy.parts.push_back(std::move(item));
        }
        plan.rows = copy.rows;
        plan.bytes = copy.bytes;
        plan.parts = static_cast<int>(parts);
        plan.readers = pass != nullptr ? static_cast<int>(pass->tenants) : 1;
        plan.reading_reason = passes_.reason(table.selected.name);
        work_.bytes[copy.table] = copy.bytes;
        work_.copies.push_back(std::move(copy));
    }

    std::vector<model::block_range> own_ranges(const source_table& table, double share) const
    {
        if (!table.by_ctid) return std::vector<model::block_range>(1);
        return split({table.table.heap_bytes, table.table.total_bytes, share, table.indexed,
                      settings_.part_bytes, source_.catalog.server.block_size});
    }

    /// Those of the tables that get rows, and those that belong to no table; a table without rows counts from
    /// the start.
    void choose_sequences()
    {
        if (work_.copies.empty()) return;
        std::set<pg::oid> used;
        for (const auto& entry : source_.archive.entries)
            if (entry.is("SEQUENCE") && source_.closure.entries.count(entry.id) > 0)
                used.insert(entry.object.object_id);
        for (const auto& sequence : source_.catalog.sequences) {
            if (used.count(sequence.id) == 0) continue;
            const auto* owner = source_.catalog.find(sequence.owner_table);
            if (owner != nullptr && !gets_rows(*owner)) continue;
            work_.sequences.push_back(sequence.name);
            if (!sequence.may_select) check_sequence(sequence.name);
        }
    }

    void check_sequence(const model::table_name& sequence)
    {
        const auto name = model::to_string(sequence);
        work_.findings.push_back({finding::severity_t::blocks,
                                  {},
                                  fmt::format("the source's user may not read sequence \"{}\"", name),
                                  fmt::format("GRANT SELECT ON SEQUENCE {} to it", name)});
    }

    /// Itself, or its partitions.
    bool gets_rows(const pg::catalog_table& table) const
    {
        return table.kind == pg::table_kind::partitioned || work_.schema->copied.count(table.name) > 0;
    }

    void publish()
    {
        work_.publish.db_url = question_.db_url;
        for (const auto& module : source_.selected.modules) {
            model::published_module published{module, {}};
            for (const auto& table : source_.tables)
                if (table.selected.module == module && table.holds_rows())
                    published.tables.push_back(table.selected.name);
            work_.publish.modules.push_back(std::move(published));
        }
    }

    const source_facts& source_;
    const plan_request& request_;
    const plan_settings& settings_;
    const pass_choice& passes_;
    tenant_question question_;
    tenant_work work_;
};

} // namespace

const std::string& tenant_value(const plan_request& request, const model::tenant& tenant)
{
    return request.tenant_value.empty() ? tenant.id.value : request.tenant_value;
}

tenant_work plan_tenant(const source_facts& source, std::shared_ptr<const schema_work> schema,
                        const plan_request& request, const plan_settings& settings, const pass_choice& passes,
                        tenant_question question)
{
    return planning_tenant(source, request, settings, passes, std::move(question)).run(std::move(schema));
}

} // namespace tropeiro::scheduler::plan
