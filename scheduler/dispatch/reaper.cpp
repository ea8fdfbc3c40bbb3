#include "scheduler/dispatch/reaper.hpp"

#include "scheduler/store/jobs.hpp"
#include "shared/log/log.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr milliseconds patience{10'000};

std::string_view word_for(queue::reaped::outcome_t outcome)
{
    switch (outcome) {
    case queue::reaped::outcome_t::ready:
        return "waits again";
    case queue::reaped::outcome_t::poison:
        return "given up";
    case queue::reaped::outcome_t::cancelled:
        return "cancelled";
    }
    return "unknown";
}

} // namespace

task<std::size_t> reap_once(pg::pool& control, queue::redis_queue& jobs)
{
    const auto taken = co_await jobs.reap();
    std::vector<std::int64_t> poison;
    std::vector<std::int64_t> cancelled;
    for (const auto& job : taken) {
        log::warn("a worker fell silent",
                  {{"job", job.id}, {"attempt", job.attempt}, {"now", word_for(job.outcome)}});
        if (job.outcome == queue::reaped::outcome_t::poison) poison.push_back(job.id.value);
        if (job.outcome == queue::reaped::outcome_t::cancelled) cancelled.push_back(job.id.value);
    }
    if (poison.empty() && cancelled.empty()) co_return taken.size();
    auto connection = co_await control.acquire(patience);
    auto why = fmt::format("its workers died more than {} times; the job kills them", queue::max_recoveries);
    co_await store::bury_jobs(*connection, std::move(poison), std::move(why));
    co_await store::cancel_jobs(*connection, std::move(cancelled));
    co_return taken.size();
}

} // namespace tropeiro::scheduler::dispatch
