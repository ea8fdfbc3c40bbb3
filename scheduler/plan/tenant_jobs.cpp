#include "scheduler/plan/tenant_jobs.hpp"

#include <algorithm>
#include <utility>

namespace tropeiro::scheduler::plan {

std::size_t tenant_jobs::add(model::job_kind kind, std::string label, double score, boost::json::value spec,
                             job_indices after)
{
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    plan_.jobs.push_back({kind, tenant_, std::move(label), 0, score, std::move(spec), std::move(after)});
    return plan_.jobs.size() - 1;
}

double cost(std::int64_t rows, std::int64_t bytes)
{
    return static_cast<double>(bytes) + 100.0 * static_cast<double>(rows);
}

} // namespace tropeiro::scheduler::plan
