#include "worker/copy/copy_job.hpp"

#include "worker/context/site.hpp"
#include "worker/copy/part_copier.hpp"

#include <boost/json.hpp>

namespace tropeiro::worker::copy {
namespace {

constexpr std::int64_t giant_value = std::int64_t{64} << 20U;

/// libpq keeps the largest buffer that a connection ever needed. After a giant row the connections are not kept.
void forget_if_swollen(const part_state& part, pg::connection& source, pg::connection& target)
{
    if (part.rows == 0 || part.bytes / part.rows < giant_value) return;
    source.mark_broken();
    target.mark_broken();
}

} // namespace

task<model::progress> run_copy(const context::job_context& job)
{
    const auto spec = model::spec_from_json<model::copy_spec>(job.spec);
    auto source = co_await job.servers.source().reader(job.rollout);
    auto target = co_await job.servers.targets().enter(job);
    const claim who{job.rollout, source.epoch(), job.fence};
    const copy_options options{spec.batch_rows, spec.on_existing};
    model::progress total;
    for (const auto& item : spec.items) {
        const auto part = co_await copy_part(*source, *target, item, who, options, job.pulse);
        total.rows += part.rows;
        total.bytes += part.bytes;
        forget_if_swollen(part, *source, *target);
        job.log.debug("part copied", {{"table", model::to_string(item.table)},
                                      {"part", item.number},
                                      {"parts", item.parts},
                                      {"rows", part.rows},
                                      {"bytes", part.bytes}});
        job.pulse.leave_if_asked();
    }
    co_return total;
}

} // namespace tropeiro::worker::copy
