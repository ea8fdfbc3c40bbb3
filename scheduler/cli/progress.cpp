#include "scheduler/cli/progress.hpp"

#include "shared/model/job.hpp"

#include <algorithm>

namespace tropeiro::scheduler::cli {

bool city_progress::moves_rows() const
{
    const auto kind = model::job_kind_from(phase);
    return kind && (*kind == model::job_kind::copy || model::is_check(*kind));
}

std::int64_t rollout_progress::cities_in(std::string_view wanted) const
{
    return std::count_if(cities.begin(), cities.end(),
                         [&](const auto& city) { return city.state == wanted; });
}

city_progress rollout_progress::sum() const
{
    city_progress all;
    for (const auto& city : cities) {
        all.rows += city.rows;
        all.bytes += city.bytes;
        const bool done = city.state == "done"; // nothing is expected of it any more
        all.expected_rows += done ? city.rows : city.expected_rows;
        all.expected_bytes += done ? city.bytes : city.expected_bytes;
    }
    return all;
}

rollout_progress read_progress(const json::value& answer)
{
    const auto& rollout = at(answer, "rollout");
    const auto& jobs = at(answer, "jobs");
    rollout_progress p;
    p.id = number_of(rollout, "id");
    p.title = text_of(rollout, "title");
    p.state = text_of(rollout, "state");
    p.jobs_done = number_of(jobs, "done");
    p.jobs_total = number_of(jobs, "total");
    p.jobs_dead = number_of(jobs, "dead");
    p.jobs_running = number_of(jobs, "running");
    p.wave = std::max<std::int64_t>(1, number_of(rollout, "wave"));
    p.waves = std::max<std::int64_t>(1, number_of(rollout, "waves"));
    p.paused_why = text_of(rollout, "paused_why");
    for (const auto& tenant : list_of(answer, "tenants")) {
        city_progress city;
        city.slug = text_of(tenant, "slug");
        city.state = text_of(tenant, "state");
        city.wave = std::max<std::int64_t>(1, number_of(tenant, "wave"));
        city.phase = text_of(tenant, "phase");
        city.rows = number_of(tenant, "rows");
        city.bytes = number_of(tenant, "bytes");
        city.expected_rows = number_of(tenant, "expected_rows");
        city.expected_bytes = number_of(tenant, "expected_bytes");
        city.jobs_done = number_of(tenant, "jobs_done");
        city.jobs_total = number_of(tenant, "jobs_total");
        const auto& errors = list_of(tenant, "errors");
        if (!errors.empty())
            city.error = text_of(errors.front(), "label") + ": " + text_of(errors.front(), "error");
        p.cities.push_back(std::move(city));
    }
    return p;
}

void rate_meter::add(steady::time_point when, std::int64_t bytes)
{
    samples_.emplace_back(when, bytes);
    while (samples_.size() > 2 && when - samples_.front().first > seconds(10))
        samples_.pop_front();
}

double rate_meter::bytes_per_second() const
{
    if (samples_.size() < 2) return 0;
    const std::chrono::duration<double> span = samples_.back().first - samples_.front().first;
    const auto moved = static_cast<double>(samples_.back().second - samples_.front().second);
    return span.count() > 0 && moved > 0 ? moved / span.count() : 0;
}

std::optional<std::chrono::duration<double>> rate_meter::time_left(std::int64_t bytes,
                                                                   std::int64_t expected) const
{
    const auto speed = bytes_per_second();
    if (speed <= 0 || expected <= bytes) return std::nullopt;
    return std::chrono::duration<double>(static_cast<double>(expected - bytes) / speed);
}

} // namespace tropeiro::scheduler::cli
