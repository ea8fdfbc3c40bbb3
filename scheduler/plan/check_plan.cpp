#include "scheduler/plan/check_plan.hpp"

#include "scheduler/plan/tenant_jobs.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tropeiro::scheduler::plan {
namespace {

/// The tables of one tenant, after one another.
tenant_plan shown(const std::vector<checkable_table>& tables)
{
    tenant_plan city;
    city.tenant = tables.front().tenant;
    city.database = tables.front().database;
    city.database_exists = true;
    for (const auto& table : tables) {
        table_plan one;
        one.table = table.item.table;
        one.rows = table.item.expected_rows;
        one.bytes = table.item.expected_bytes;
        city.tables.push_back(std::move(one));
    }
    return city;
}

void add_check(plan& to, std::vector<model::copy_item> tables, const check_options& options)
{
    const auto label = tables.size() == 1 ? "check " + model::to_string(tables.front().table)
                                          : fmt::format("check {} tables", tables.size());
    const auto score = static_cast<double>(bytes_of(tables));
    const auto kind = options.source ? model::job_kind::check_source : model::job_kind::check_receipts;
    const model::check_spec spec{std::move(tables), options.repair};
    tenant_jobs(to, to.tenants.size() - 1).add(kind, label, score, model::to_json(spec), {});
}

void add_tenant(plan& to, const std::vector<checkable_table>& tables, const check_options& options)
{
    to.tenants.push_back(shown(tables));
    std::vector<model::copy_item> items;
    for (const auto& table : tables)
        items.push_back(table.item);
    const auto together = options.repair ? std::numeric_limits<std::int64_t>::max() : options.bytes_a_job;
    for (auto& set : read_back_sets(std::move(items), together))
        add_check(to, std::move(set), options);
}

} // namespace

plan make_check_plan(const std::vector<checkable_table>& tables, const check_options& options)
{
    auto order = tables;
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        if (a.tenant.slug != b.tenant.slug) return a.tenant.slug < b.tenant.slug;
        return a.item.expected_bytes > b.item.expected_bytes;
    });
    plan made;
    for (auto at = order.begin(); at != order.end();) {
        const auto end =
            std::find_if(at, order.end(), [&](const auto& t) { return !(t.tenant.id == at->tenant.id); });
        add_tenant(made, {at, end}, options);
        at = end;
    }
    return made;
}

} // namespace tropeiro::scheduler::plan
