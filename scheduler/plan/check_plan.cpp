#include "scheduler/plan/check_plan.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

using items = std::vector<model::copy_item>;

class cutting_checks {
  public:
    cutting_checks(plan& to, const check_options& options) : plan_(to), options_(options) {}

    void take(const checkable_table& table)
    {
        if (plan_.tenants.empty() || !(plan_.tenants.back().tenant.id == table.tenant.id)) begin(table);
        table_plan shown;
        shown.table = table.item.table;
        shown.rows = table.item.expected_rows;
        shown.bytes = table.item.expected_bytes;
        plan_.tenants.back().tables.push_back(std::move(shown));
        const auto large = !options_.repair && bytes_ + table.item.expected_bytes > options_.bytes_a_job;
        if (large) put();
        together_.push_back(table.item);
        bytes_ += table.item.expected_bytes;
    }

    void put()
    {
        if (together_.empty()) return;
        model::check_spec spec{together_, options_.repair};
        job_draft job;
        job.kind = options_.source ? model::job_kind::check_source : model::job_kind::check_receipts;
        job.tenant = plan_.tenants.size() - 1;
        job.label = together_.size() == 1 ? "check " + model::to_string(together_.front().table)
                                          : fmt::format("check {} tables", together_.size());
        job.score = static_cast<double>(bytes_);
        job.spec = model::to_json(spec);
        plan_.jobs.push_back(std::move(job));
        together_.clear();
        bytes_ = 0;
    }

  private:
    void begin(const checkable_table& table)
    {
        put();
        tenant_plan city;
        city.tenant = table.tenant;
        city.database = table.database;
        city.database_exists = true;
        plan_.tenants.push_back(std::move(city));
    }

    plan& plan_;
    const check_options& options_;
    items together_;
    std::int64_t bytes_ = 0;
};

} // namespace

plan make_check_plan(const std::vector<checkable_table>& tables, const check_options& options)
{
    auto order = tables;
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        if (a.tenant.slug != b.tenant.slug) return a.tenant.slug < b.tenant.slug;
        return a.item.expected_bytes > b.item.expected_bytes;
    });
    plan made;
    cutting_checks work(made, options);
    for (const auto& table : order)
        work.take(table);
    work.put();
    return made;
}

} // namespace tropeiro::scheduler::plan
