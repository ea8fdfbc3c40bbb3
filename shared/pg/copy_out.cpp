#include "shared/pg/copy_out.hpp"

#include "shared/pg/session.hpp"

#include <utility>

namespace tropeiro::pg {
namespace {

// libpq reads 16 kB at a time. Reading again at once, so many times, before the next wait saves most of the
// trips through the reactor; more than that would keep the loop from its other work.
constexpr int reads_per_wait = 16;

} // namespace

copy_out::copy_out(std::shared_ptr<session> from, bool binary) : session_(std::move(from)), binary_(binary) {}

copy_out::copy_out(copy_out&& other) noexcept
    : session_(std::exchange(other.session_, nullptr)), row_(std::exchange(other.row_, nullptr)),
      reads_left_(other.reads_left_), ended_(other.ended_), lost_(other.lost_), binary_(other.binary_)
{
}

copy_out::~copy_out()
{
    drop_row();
    if (session_) session_->abandon();
}

task<copy_out> copy_out::open(connection& from, std::string sql)
{
    const auto session = from.internals();
    const auto started = co_await start_copy(session, std::move(sql), PGRES_COPY_OUT);
    co_return copy_out(session, PQbinaryTuples(started.get()) != 0);
}

void copy_out::drop_row()
{
    if (row_) PQfreemem(std::exchange(row_, nullptr));
}

copy_poll copy_out::poll(std::string_view& row)
{
    drop_row();
    while (!ended_) {
        const int length = PQgetCopyData(session_->raw(), &row_, 1);
        if (length > 0) {
            row = std::string_view(row_, static_cast<std::size_t>(length));
            return copy_poll::row;
        }
        if (length == -1) {
            ended_ = true; // PQgetCopyData must not be called again
        } else if (length < 0 || lost_) {
            session_->raise_lost();
        } else if (reads_left_ == 0) {
            return copy_poll::empty;
        } else {
            --reads_left_;
            lost_ = !session_->read_some(); // rows that came before the end are still given out
        }
    }
    return copy_poll::end;
}

task<> copy_out::wait()
{
    operation op(session_, operation::kind::part);
    co_await session_->wait(readiness::read);
    reads_left_ = reads_per_wait;
    op.complete(true);
}

task<bool> copy_out::next(std::string_view& row)
{
    while (true) {
        const auto found = poll(row);
        if (found == copy_poll::row) co_return true;
        if (found == copy_poll::end) co_return false;
        co_await wait();
    }
}

task<std::int64_t> copy_out::finish()
{
    std::string_view ignored;
    while (!ended_) {
        const auto found = poll(ignored);
        if (found == copy_poll::empty) co_await wait();
    }
    drop_row();
    const auto session = std::exchange(session_, nullptr);
    const auto count = co_await end_copy(session);
    co_return count;
}

} // namespace tropeiro::pg
