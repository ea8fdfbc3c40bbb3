#include "worker/copy/part_copier.hpp"

#include "shared/pg/copy_out.hpp"
#include "shared/pg/quote.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"
#include "worker/copy/copy_sql.hpp"
#include "worker/copy/pass_pace.hpp"
#include "worker/copy/row_router.hpp"
#include "worker/copy/target_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <optional>

namespace tropeiro::worker::copy {
namespace {

/// One end while the rows pass.
struct running_end {
    explicit running_end(part_end where) : end(std::move(where)) {}

    bool open() const { return to.has_value() && !result.fault; }
    /// A pass begins where the slowest end stands; the others have the first rows already.
    bool has(const rows::row_place& place) const { return after && place <= *after; }

    part_end end;
    part_result result;
    std::optional<target_stream> to;
    std::optional<rows::row_place> after;
    std::int64_t bytes_served = 0; // that the target took before its last step
};

/// Commits the batch and tells the heartbeat.
task<> end_batch(running_end& at, bool done)
{
    const auto before = at.to->state().rows;
    const auto bytes = at.to->state().bytes;
    co_await at.to->commit(done);
    at.result.state = at.to->state();
    at.end.pulse.get().on_rows(at.result.state.rows - before, at.result.state.bytes - bytes);
}

/// The end's batch is safe, and it takes no more.
task<> leave(running_end& at)
{
    co_await end_batch(at, false);
    throw context::stopped();
}

/// The tenants' keys as the part's stream will write them.
task<std::vector<std::string>> read_keys(pg::connection& source, std::vector<model::copy_item> items)
{
    const auto& item = items.front();
    const auto& path = item.filter.path;
    const auto owner = pg::qualified(path.empty() ? item.table : path.back().to);
    const auto column =
        co_await source.query("SELECT format_type(atttypid, NULL) FROM pg_catalog.pg_attribute "
                              "WHERE attrelid = $1::regclass AND attname = $2",
                              owner, item.filter.column);
    const auto sql = copy_keys_sql(items, column.one().get<std::string>(0));
    std::vector<std::string> keys;
    rows::row_slicer slicer(item.format, false, {rows::key_field::kind_t::in_front});
    auto reader = co_await pg::copy_out::open(source, sql);
    std::string_view message;
    for (bool more = co_await reader.next(message); more; more = co_await reader.next(message)) {
        // In text the only column has no tab behind it.
        if (item.format == model::copy_format::text) {
            keys.emplace_back(message.substr(0, message.size() - 1));
            continue;
        }
        const auto row = slicer.slice(message);
        if (row.is_row) keys.emplace_back(row.key.value());
    }
    co_await reader.finish();
    co_return keys;
}

/// One pass. Lives in copy_pass's frame.
class passing {
  public:
    passing(pg::connection& source, std::vector<part_end> ends, copy_options options)
        : source_(source), options_(options), pace_(ends.size())
    {
        for (auto& end : ends)
            ends_.emplace_back(std::move(end));
    }

    task<std::vector<part_result>> run()
    {
        const step beginning = [this](running_end& at) { return begin(at); };
        const step ending = [this](running_end& at) { return end_batch(at, complete()); };
        co_await for_each(beginning, options_.longest_stall);
        if (anyone()) {
            co_await read();
            // Every end has a batch to commit now, and nobody waits for one alone.
            co_await for_each(ending, 10 * options_.longest_stall);
        }
        std::vector<part_result> results;
        for (auto& at : ends_) {
            // Cut before its last step could begin: it goes on from its checkpoint.
            if (!at.result.state.done && !at.result.fault && complete())
                at.result.fault = std::make_exception_ptr(context::stopped());
            results.push_back(std::move(at.result));
        }
        co_return results;
    }

  private:
    using step = std::function<task<>(running_end&)>;

    bool alone() const { return ends_.size() == 1; }
    /// The part has no more rows than were read.
    bool complete() const { return options_.most_rows == 0 || rows_read_ < options_.most_rows; }
    bool anyone() const
    {
        return std::any_of(ends_.begin(), ends_.end(), [](const auto& at) { return at.open(); });
    }

    bool others_wait(const running_end& at) const
    {
        return std::any_of(reading_.begin(), reading_.end(),
                           [&](const auto* other) { return other != &at && other->open(); });
    }

    /// All ends at once: each step is a few round trips to another server process.
    task<> for_each(step what, milliseconds limit)
    {
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group group(executor);
        for (auto& at : ends_)
            if (!at.result.fault && (!started_ || at.open()))
                group.spawn(attend(at, what(at), limit), "end of a pass");
        started_ = true;
        co_await group.join();
    }

    /// A step at one end: when it fails, the end drops out. A cancellation is for everybody.
    task<> attend(running_end& at, task<> work, milliseconds limit)
    {
        const auto began = steady::now();
        try {
            if (alone())
                co_await std::move(work);
            else
                co_await rt::with_deadline(std::move(work), limit, "a target of a pass");
            co_return;
        } catch (...) {
            at.result.fault = std::current_exception();
        }
        if (rt::is_cancelled(at.result.fault)) std::rethrow_exception(at.result.fault);
        if (!alone() && steady::now() - began >= limit)
            at.result.fault = std::make_exception_ptr(context::stopped());
        at.to.reset();
    }

    task<> begin(running_end& at)
    {
        at.result.state = co_await acquire(at.end.target, at.end.item, at.end.who, options_.on_existing);
        if (at.result.state.done) co_return;
        if (!at.result.state.position.empty()) at.after = rows::parse_place(at.result.state.position);
        at.to.emplace(at.end.target.get(), at.end.item, at.end.who, at.result.state);
        at.bytes_served = at.to->taken();
    }

    std::vector<model::copy_item> open_items() const
    {
        std::vector<model::copy_item> items;
        for (const auto& at : ends_)
            if (at.open()) items.push_back(at.end.item);
        return items;
    }

    /// Where the end that is furthest behind stands; empty: at the part's beginning.
    std::string first_place() const
    {
        std::optional<rows::row_place> first;
        for (const auto* at : reading_) {
            if (!at->after) return {};
            if (!first || *at->after < *first) first = at->after;
        }
        return first ? to_string(*first) : std::string();
    }

    task<> read()
    {
        for (auto& at : ends_)
            if (at.open()) reading_.push_back(&at);
        reading_since_ = steady::now();
        const auto items = open_items();
        const auto& item = items.front();
        std::vector<std::string> keys;
        if (items.size() > 1) keys = co_await read_keys(source_, items);
        const auto from = first_place();
        const auto sql =
            items.size() > 1 ? copy_pass_sql(items, from) : copy_out_sql(item, from, options_.most_rows);
        row_router router(item.format, item.by_ctid, keys, key_of_pass(item));
        const bool by_path = !item.filter.path.empty();
        if (by_path) co_await source_.execute(begin_path_sql);
        auto reader = co_await pg::copy_out::open(source_, sql);
        const bool complete = co_await forward(reader, router);
        if (!complete) co_return;
        co_await reader.finish();
        if (by_path) co_await source_.execute(end_path_sql);
    }

    /// False: every end has dropped out.
    task<bool> forward(pg::copy_out& reader, row_router& router)
    {
        std::string_view message;
        for (;;) {
            const auto what = reader.poll(message);
            if (what == pg::copy_poll::end) co_return true;
            if (what == pg::copy_poll::empty) {
                co_await reader.wait();
                continue;
            }
            const auto routed = router.route(message);
            if (!routed.row.is_row) continue;
            ++rows_read_;
            check_order(routed.row.place);
            auto& at = *reading_[routed.target];
            if (!at.open() || at.has(routed.row.place)) continue;
            const bool full = at.to->append(routed.row);
            // Without places there is nothing to go on from: such a part is one batch.
            const bool batch_full = at.end.item.by_ctid && at.to->batch_full(options_.batch_rows);
            if (!full && !batch_full) continue;
            co_await serve(routed.target, batch_full);
            if (!anyone()) co_return false;
        }
    }

    /// A checkpoint means that every row up to its place has come.
    void check_order(const rows::row_place& place)
    {
        if (last_ && place <= *last_)
            throw failure(error_kind::failed,
                          fmt::format("the source sent row {} after row {}, out of the table's order",
                                      to_string(place), to_string(*last_)),
                          "report this, with the source's settings that begin with enable_");
        if (ends_.front().end.item.by_ctid) last_ = place;
    }

    /// The end's buffer goes out, or its batch; and whoever is too slow for the others, or was asked to leave, does.
    task<> serve(std::size_t number, bool batch_full)
    {
        auto& at = *reading_[number];
        const auto taken = at.to->taken();
        const auto began = steady::now();
        if (batch_full)
            co_await attend(at, end_batch(at, false), options_.longest_stall);
        else
            co_await attend(at, at.to->drain(), options_.longest_stall);
        const auto now = steady::now();
        pace_.waited(number, now - began, taken - at.bytes_served);
        at.bytes_served = taken;
        if (others_wait(at) && at.open() &&
            pace_.holds_up(number, options_.longest_stall, now - reading_since_))
            co_await attend(at, leave(at), options_.longest_stall);
        for (auto* other : reading_) {
            if (!other->open()) continue;
            const auto& pulse = other->end.pulse.get();
            if (pulse.lost()) {
                other->result.fault = std::make_exception_ptr(fenced_off("the claim was lost"));
                other->to.reset();
            } else if (pulse.stop_requested() && other->end.item.by_ctid) {
                co_await attend(*other, leave(*other), options_.longest_stall);
            }
        }
    }

    pg::connection& source_;
    copy_options options_;
    std::list<running_end> ends_;       // streams refer to their items: they stay where they are
    std::vector<running_end*> reading_; // those that the stream is for, in the order of its keys
    pass_pace pace_;                    // of the same
    steady::time_point reading_since_;
    std::optional<rows::row_place> last_; // of the stream
    std::int64_t rows_read_ = 0;
    bool started_ = false;
};

} // namespace

task<std::vector<part_result>> copy_pass(pg::connection& source, std::vector<part_end> ends,
                                         copy_options options)
{
    passing work(source, std::move(ends), options);
    auto results = co_await work.run();
    co_return results;
}

task<part_state> copy_part(pg::connection& source, pg::connection& target, const model::copy_item& item,
                           const claim& who, const copy_options& options, context::job_pulse& pulse)
{
    std::vector<part_end> ends{{target, item, who, pulse}};
    auto results = co_await copy_pass(source, std::move(ends), options);
    if (results.front().fault) std::rethrow_exception(results.front().fault);
    co_return results.front().state;
}

} // namespace tropeiro::worker::copy
