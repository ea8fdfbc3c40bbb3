#include "worker/copy/target_stream.hpp"

#include "worker/copy/copy_sql.hpp"
#include "worker/copy/refused_batch.hpp"

#include <array>

namespace tropeiro::worker::copy {

target_stream::target_stream(pg::connection& target, const model::copy_item& item, claim who,
                             part_state state)
    : target_(target), item_(item), who_(who), state_(std::move(state)), pending_(state_)
{
    buffer_.reserve(buffer_limit + large_row);
}

task<> target_stream::open_batch(bool with_rows)
{
    if (!batch_) {
        const pg::transaction_settings settings{who_.reach_disk == durability::each_part};
        auto begun = co_await pg::transaction::begin(target_, "", settings);
        batch_.emplace(std::move(begun));
    }
    if (copy_ || !with_rows) co_return;
    if (state_.merged) co_await target_.execute(create_stage_sql(item_));
    auto opened = co_await pg::copy_in::open(target_, copy_in_sql(item_, state_.merged));
    copy_.emplace(std::move(opened));
    co_await copy_->write(rows::stream_header(item_.format));
}

/// A large value goes out in pieces straight from where libpq put it: held once, not three times.
task<> target_stream::send_large()
{
    constexpr std::size_t piece = 256U << 10U;
    const std::string_view head(large_->head, large_->head_size);
    co_await copy_->write(head);
    for (std::size_t at = 0; at < large_->body.size(); at += piece) {
        const auto part = large_->body.substr(at, piece);
        co_await copy_->write(part);
    }
    const std::array<std::string_view, 2> pieces{head, large_->body};
    pending_.receipt.add(pieces);
    large_.reset();
}

task<> target_stream::send()
{
    if (buffer_.empty() && !large_) co_return;
    co_await open_batch(true);
    if (!buffer_.empty()) co_await copy_->write(buffer_);
    buffer_.clear();
    if (large_) co_await send_large();
}

task<> target_stream::drain()
{
    try {
        co_await send();
    } catch (const pg::error& e) {
        if (!is_about_a_row(e.sqlstate())) throw;
        throw refused_batch(e, batch_rows_, last_);
    }
}

task<> target_stream::close_copy()
{
    if (!copy_) co_return;
    co_await copy_->write(rows::stream_trailer(item_.format));
    co_await copy_->finish();
    copy_.reset();
    if (state_.merged) co_await target_.execute(merge_stage_sql(item_));
}

task<> target_stream::commit(bool done)
{
    if (batch_rows_ == 0 && !done) co_return;
    try {
        co_await finish_batch(done);
    } catch (const pg::error& e) {
        if (!is_about_a_row(e.sqlstate())) throw;
        throw refused_batch(e, batch_rows_, last_);
    }
}

task<> target_stream::finish_batch(bool done)
{
    co_await send();
    co_await open_batch(false);
    co_await close_copy();
    pending_.rows += batch_rows_;
    pending_.bytes += batch_bytes_;
    if (batch_rows_ > 0 && item_.by_ctid) pending_.position = to_string(last_);
    pending_.done = done;
    // A part's last commit alone has to reach the disk, and not even that where all of a job do so together.
    if (!done && who_.reach_disk == durability::each_part)
        co_await target_.execute("SET LOCAL synchronous_commit = off");
    co_await checkpoint(target_, item_, who_, pending_);
    co_await batch_->commit();
    batch_.reset();
    state_ = pending_;
    batch_rows_ = 0;
    batch_bytes_ = 0;
}

} // namespace tropeiro::worker::copy
