#include "shared/pg/session.hpp"

#include "shared/base/text.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include <openssl/ssl.h>
#include <poll.h>
#include <utility>

namespace tropeiro::pg {
namespace {

/// libpq would print them to stderr.
void ignore_notice(void*, const PGresult*) {}

std::string field(const PGresult* from, int code)
{
    const char* text = PQresultErrorField(from, code);
    return text ? text : "";
}

bool is_error(ExecStatusType status)
{
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

bool is_copy(ExecStatusType status)
{
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/// libpq's texts end in newlines and may have several lines.
std::string one_line(const char* libpq_text)
{
    const auto lines = text::split_list(libpq_text ? libpq_text : "", '\n');
    return text::join(lines, "; ");
}

} // namespace

server_message message_of(const PGresult* failed)
{
    server_message said;
    said.sqlstate = field(failed, PG_DIAG_SQLSTATE);
    said.message = field(failed, PG_DIAG_MESSAGE_PRIMARY);
    said.detail = field(failed, PG_DIAG_MESSAGE_DETAIL);
    said.hint = field(failed, PG_DIAG_MESSAGE_HINT);
    said.context = field(failed, PG_DIAG_CONTEXT);
    said.column = field(failed, PG_DIAG_COLUMN_NAME);
    said.constraint = field(failed, PG_DIAG_CONSTRAINT_NAME);
    if (said.message.empty()) said.message = one_line(PQresultErrorMessage(failed));
    return said;
}

session::session(const asio::any_io_executor& executor, dsn where)
    : where_(std::move(where)), socket_(executor), timer_(executor)
{
}

session::~session()
{
    detach();
    if (raw_) PQfinish(raw_);
}

void session::adopt(PGconn* raw)
{
    raw_ = raw;
    PQsetNoticeReceiver(raw_, ignore_notice, nullptr);
}

void session::attach()
{
    if (!socket_.is_open()) socket_.assign(PQsocket(raw_));
}

void session::detach()
{
    if (socket_.is_open()) socket_.release();
}

bool session::readable() const
{
    pollfd look{PQsocket(raw_), POLLIN, 0};
    return ::poll(&look, 1, 0) > 0;
}

task<boost::system::error_code> session::wait_once(readiness wanted)
{
    using asio::posix::descriptor_base;
    boost::system::error_code ec;
    if (wanted != readiness::either) {
        const auto type =
            wanted == readiness::read ? descriptor_base::wait_read : descriptor_base::wait_write;
        co_await socket_.async_wait(type, asio::redirect_error(asio::use_awaitable, ec));
        co_return ec;
    }
    auto both = asio::experimental::make_parallel_group(
        socket_.async_wait(descriptor_base::wait_read, asio::deferred),
        socket_.async_wait(descriptor_base::wait_write, asio::deferred));
    const auto [order, read_ec, write_ec] =
        co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    co_return order[0] == 0 ? read_ec : write_ec;
}

task<> session::wait(readiness wanted)
{
    if (timed_out_) raise_no_reply();
    const auto ec = co_await wait_once(wanted);
    if (timed_out_) raise_no_reply();
    if (ec) {
        broken_ = true;
        throw boost::system::system_error(ec);
    }
}

task<> session::flush()
{
    while (true) {
        const int state = PQflush(raw_);
        if (state == 0) co_return;
        if (state < 0) raise_lost();
        co_await wait(readiness::either);
        consume();
    }
}

bool session::read_some()
{
    if (PQconsumeInput(raw_) == 0) return false;
    if (PQsslInUse(raw_) == 0) return true;
    // A TLS record may be larger than the room that libpq read into; the rest lies decrypted in OpenSSL, and
    // the socket will not become readable for it. (libpq 15.20 was seen to read it
    // by itself; that is not promised for every release.)
    auto* tls = static_cast<SSL*>(PQsslStruct(raw_, "OpenSSL"));
    while (tls && SSL_pending(tls) > 0)
        if (PQconsumeInput(raw_) == 0) return false;
    return true;
}

void session::consume()
{
    if (!read_some()) raise_lost();
}

task<result_ptr> session::next_result()
{
    while (PQisBusy(raw_) != 0) {
        co_await wait(readiness::read);
        // A connection that ends with a last word (FATAL) still has that word in libpq's buffer: read it
        // there.
        if (!read_some() && PQisBusy(raw_) != 0) raise_lost();
    }
    co_return result_ptr(PQgetResult(raw_));
}

task<outcome> session::collect(ExecStatusType copy)
{
    co_await flush();
    outcome ended;
    while (true) {
        auto result = co_await next_result();
        if (!result) break;
        const auto status = PQresultStatus(result.get());
        if (is_error(status)) {
            if (!ended.failed) ended.failed = std::move(result);
            continue;
        }
        ended.last = std::move(result);
        if (status == copy) break;
        if (is_copy(status)) raise_misuse("a COPY in this direction is not what was asked for");
    }
    co_return ended;
}

void session::raise(const PGresult* failed)
{
    auto said = message_of(failed);
    if (PQstatus(raw_) == CONNECTION_BAD) {
        broken_ = true;
        if (said.sqlstate.empty()) said.sqlstate = state_connection_lost;
    }
    throw error(std::move(said), where_.where());
}

void session::raise_lost()
{
    // What the server said last may still be unread in libpq's buffer; it says more than "closed
    // unexpectedly".
    for (int tries = 0; !broken_ && raw_ && PQisBusy(raw_) == 0 && tries < 4; ++tries) {
        const result_ptr last(PQgetResult(raw_));
        if (!last) break;
        const auto status = PQresultStatus(last.get());
        if (is_error(status)) raise(last.get());
        if (status == PGRES_COPY_IN) PQputCopyEnd(raw_, nullptr); // makes libpq look at its input
    }
    broken_ = true;
    server_message said;
    said.sqlstate = state_connection_lost;
    said.message = raw_ ? one_line(PQerrorMessage(raw_)) : "";
    if (said.message.empty()) said.message = "the connection was lost";
    throw error(std::move(said), where_.where());
}

void session::raise_no_reply()
{
    broken_ = true;
    server_message said;
    said.sqlstate = state_no_reply;
    said.message = fmt::format("no reply within {}", text::human_duration(armed_for_));
    throw error(std::move(said), where_.where());
}

void session::raise_misuse(const std::string& text)
{
    broken_ = true;
    throw failure(error_kind::failed, fmt::format("{}: {}", where_.where(), text));
}

void session::arm(std::chrono::milliseconds limit)
{
    timed_out_ = false;
    if (limit.count() <= 0) return;
    armed_for_ = limit;
    deadline_ = std::chrono::steady_clock::now() + limit;
    // A COPY arms for every wait: the timer already pending looks again when it fires, so that this is no
    // more than reading the clock.
    if (!watching_ || timer_.expiry() > deadline_) watch();
}

void session::watch()
{
    watching_ = true;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
        if (ec) return;
        if (const auto self = weak.lock()) self->on_timer();
    });
}

void session::on_timer()
{
    // A later watch() may have replaced the wait whose completion was already queued.
    if (!watching_ || timer_.expiry() > std::chrono::steady_clock::now()) return;
    watching_ = false;
    if (deadline_ == std::chrono::steady_clock::time_point::max()) return;
    if (std::chrono::steady_clock::now() < deadline_) return watch();
    timed_out_ = true;
    deadline_ = std::chrono::steady_clock::time_point::max();
    if (socket_.is_open()) socket_.cancel();
}

void session::disarm()
{
    deadline_ = std::chrono::steady_clock::time_point::max();
    if (!watching_ || busy_) return; // between the parts of a COPY the timer stays
    watching_ = false;
    timer_.cancel();
}

void session::abandon()
{
    broken_ = true;
    busy_ = false;
    disarm();
}

operation::operation(std::shared_ptr<session> on, kind which) : session_(std::move(on))
{
    if (!session_->alive()) session_->raise_lost();
    if (which == kind::first && session_->busy_)
        throw failure(error_kind::failed, session_->where_.where() + ": the connection is in use already");
    session_->busy_ = true;
    session_->arm(session_->limit_);
}

void operation::complete(bool still_busy)
{
    completed_ = true;
    session_->busy_ = still_busy;
}

operation::~operation()
{
    if (!completed_) {
        session_->broken_ = true;
        session_->busy_ = false;
    }
    session_->disarm();
}

const std::string* session::prepared(const std::string& sql) const
{
    const auto at = prepared_.find(sql);
    return at == prepared_.end() ? nullptr : &at->second;
}

const std::string& session::add_prepared(std::string sql, std::string name)
{
    return prepared_.insert_or_assign(std::move(sql), std::move(name)).first->second;
}

} // namespace tropeiro::pg
