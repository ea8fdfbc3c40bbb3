#include "shared/pg/copy_in.hpp"

#include "shared/pg/session.hpp"

#include <algorithm>
#include <utility>

namespace tropeiro::pg {
namespace {

// One CopyData message; libpq copies it into its own buffer, which so stays small however large a write is.
constexpr std::size_t piece_bytes = 256 * 1024;

} // namespace

copy_in::copy_in(std::shared_ptr<session> to, bool binary) : session_(std::move(to)), binary_(binary) {}

copy_in::copy_in(copy_in&& other) noexcept
    : session_(std::exchange(other.session_, nullptr)), binary_(other.binary_)
{
}

copy_in::~copy_in()
{
    if (session_) session_->abandon();
}

task<copy_in> copy_in::open(connection& to, std::string sql)
{
    const auto session = to.internals();
    const auto started = co_await start_copy(session, std::move(sql), PGRES_COPY_IN);
    co_return copy_in(session, PQbinaryTuples(started.get()) != 0);
}

task<> copy_in::write(std::string_view bytes)
{
    operation op(session_, operation::kind::part);
    auto* raw = session_->raw();
    while (!bytes.empty()) {
        const auto length = std::min(bytes.size(), piece_bytes);
        const int taken = PQputCopyData(raw, bytes.data(), static_cast<int>(length));
        if (taken < 0) session_->raise_lost();
        if (taken > 0) bytes.remove_prefix(length);
        const int pending = PQflush(raw);
        if (pending != 0) co_await session_->flush();
    }
    op.complete(true);
}

task<> copy_in::end()
{
    operation op(session_, operation::kind::part);
    while (true) {
        const int taken = PQputCopyEnd(session_->raw(), nullptr);
        if (taken > 0) break;
        if (taken < 0) session_->raise_lost();
        co_await session_->flush();
    }
    op.complete(true);
}

task<std::int64_t> copy_in::finish()
{
    co_await end();
    const auto session = std::exchange(session_, nullptr);
    const auto count = co_await end_copy(session);
    co_return count;
}

} // namespace tropeiro::pg
