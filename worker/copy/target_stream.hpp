// The target's side of a part: its connection, the batch under way, the bounded buffer in front of it, and
// the checkpoint that commits with the batch. A copy feeds one of these per target; a pass that serves
// several tenants at once holds several.
//
// Lives inside one job's coroutine. append() never suspends; the owner calls drain() when it says so.
#pragma once

#include "shared/pg/copy_in.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/rows/row_slicer.hpp"
#include "worker/copy/ledger.hpp"

#include <optional>
#include <string>

namespace tropeiro::worker::copy {

class target_stream {
  public:
    /// `target`, `item` must outlive the stream. `state` is what acquire() gave.
    target_stream(pg::connection& target, const model::copy_item& item, claim who, part_state state);

    /// Takes the row into the buffer. True: call drain() before the next row.
    bool append(const rows::row_slice& row)
    {
        last_ = row.place;
        ++batch_rows_;
        batch_bytes_ += static_cast<std::int64_t>(row.size());
        if (row.size() > large_row) {
            large_ = row;
            return true;
        }
        const auto start = buffer_.size();
        buffer_.append(row.head, row.head_size);
        buffer_.append(row.body);
        pending_.receipt.add(std::string_view(buffer_).substr(start));
        return buffer_.size() >= buffer_limit;
    }

    /// Sends the buffer, opening the batch's transaction when none is open; suspends while the target is
    /// slower. Throws refused_batch for what is the fault of a row.
    task<> drain();

    /// The batch is large enough to be committed.
    bool batch_full(std::int64_t rows) const { return batch_rows_ >= rows || batch_bytes_ >= batch_limit; }

    /// Commits the batch under way together with its checkpoint. `done`: the part ends here; commits also
    /// when no row came. Throws fenced_off, refused_batch, and pg::commit_unknown when the answer was lost: then only the
    /// ledger knows.
    task<> commit(bool done);

    /// Bytes of rows that were appended, in this stream and before it.
    std::int64_t taken() const { return state_.bytes + batch_bytes_; }

    /// What has been committed.
    const part_state& state() const { return state_; }

  private:
    static constexpr std::size_t buffer_limit = 128U << 10U;
    static constexpr std::size_t large_row = 1U << 20U;
    static constexpr std::int64_t batch_limit = std::int64_t{64} << 20U;

    task<> send();
    task<> finish_batch(bool done);
    task<> open_batch(bool with_rows);
    task<> send_large();
    task<> close_copy();

    pg::connection& target_;
    const model::copy_item& item_;
    claim who_;
    part_state state_;   // committed
    part_state pending_; // state_ and the rows of the batch under way
    std::string buffer_;
    std::optional<rows::row_slice> large_; // a row that is not worth copying into the buffer
    rows::row_place last_;
    std::int64_t batch_rows_ = 0;
    std::int64_t batch_bytes_ = 0;
    std::optional<pg::transaction> batch_;
    std::optional<pg::copy_in> copy_;
};

} // namespace tropeiro::worker::copy
