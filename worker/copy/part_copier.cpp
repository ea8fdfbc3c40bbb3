#include "worker/copy/part_copier.hpp"

#include "shared/pg/copy_out.hpp"
#include "worker/copy/copy_sql.hpp"
#include "worker/copy/target_stream.hpp"

namespace tropeiro::worker::copy {
namespace {

/// Commits the batch and tells the heartbeat.
task<> end_batch(target_stream& to, bool done, context::job_pulse& pulse)
{
    const auto rows = to.state().rows;
    const auto bytes = to.state().bytes;
    co_await to.commit(done);
    pulse.on_rows(to.state().rows - rows, to.state().bytes - bytes);
}

task<> forward_rows(pg::copy_out& reader, target_stream& to, const model::copy_item& item,
                    const copy_options& options, context::job_pulse& pulse)
{
    row_slicer slicer(item.format, item.by_ctid);
    std::string_view message;
    for (;;) {
        const auto what = reader.poll(message);
        if (what == pg::copy_poll::end) co_return;
        if (what == pg::copy_poll::empty) {
            co_await reader.wait();
            continue;
        }
        const auto row = slicer.slice(message);
        if (!row.is_row) continue;
        if (to.append(row)) co_await to.drain();
        // Without places there is nothing to go on from: such a part is one batch.
        if (!item.by_ctid || !to.batch_full(options.batch_rows)) continue;
        co_await end_batch(to, false, pulse);
        pulse.leave_if_asked();
    }
}

} // namespace

task<part_state> copy_part(pg::connection& source, pg::connection& target, const model::copy_item& item,
                           const claim& who, const copy_options& options, context::job_pulse& pulse)
{
    auto acquired = co_await acquire(target, item, who, options.on_existing);
    if (acquired.done) co_return acquired;
    target_stream to(target, item, who, acquired);
    auto reader = co_await pg::copy_out::open(source, copy_out_sql(item, acquired.position));
    co_await forward_rows(reader, to, item, options, pulse);
    co_await reader.finish();
    co_await end_batch(to, true, pulse);
    co_return to.state();
}

} // namespace tropeiro::worker::copy
