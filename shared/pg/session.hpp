// Internal to pg: one PGconn, its socket in the reactor, and the one timer that limits an operation.
//
//   idle --operation--> busy --complete()--> idle
//                         |  anything else (lost socket, deadline, cancellation, destroyed coroutine)
//                         v
//                       broken, for good
//
// libpq's rules that shape this file: the descriptor is release()d before PQfinish and before every
// PQconnectPoll, because libpq may close it; PQflush is looped while waiting for both directions, because a
// server that cannot write does not read; bytes that TLS has decrypted already never wake the reactor.
#pragma once

#include "shared/pg/connection.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libpq-fe.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tropeiro::pg {

enum class readiness { read, write, either };

/// How a command ended: `last` of its results that was no error, and the first that was.
struct outcome {
    result_ptr last;
    result_ptr failed;
};

class session : public std::enable_shared_from_this<session> {
  public:
    session(const asio::any_io_executor& executor, dsn where);
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session();

    /// Takes over a connection attempt; freed with this.
    void adopt(PGconn* raw);
    PGconn* raw() const { return raw_; }
    const dsn& where() const { return where_; }
    asio::any_io_executor executor() { return timer_.get_executor(); }

    /// Puts PQsocket() into the reactor, or takes it out.
    void attach();
    void detach();

    /// Until the socket is ready. Throws when the deadline passes or the wait is cancelled.
    task<> wait(readiness wanted);
    /// Sends everything that libpq has buffered.
    task<> flush();
    /// The next result, null after the last. Does not block for the caller.
    task<result_ptr> next_result();
    /// Reads what has arrived. Throws when the connection is gone.
    void consume();
    /// The same; false when it is gone.
    bool read_some();

    /// Flushes what was sent and reads every result, so that the protocol is in step again. With `copy`
    /// (PGRES_COPY_IN or PGRES_COPY_OUT) it stops at the result that starts a COPY in this direction.
    task<outcome> collect(ExecStatusType copy = PGRES_EMPTY_QUERY);

    /// Throws what the server said in this result.
    [[noreturn]] void raise(const PGresult* failed);
    /// Throws that the connection is gone, with libpq's words; marks it broken.
    [[noreturn]] void raise_lost();
    /// Throws a misuse of ours, not the server's.
    [[noreturn]] void raise_misuse(const std::string& text);

    /// A COPY was dropped before its end.
    void abandon();
    bool broken() const { return broken_; }
    void mark_broken() { broken_ = true; }
    bool busy() const { return busy_; }
    bool owned() const { return owned_; }
    void set_owned(bool owned) { owned_ = owned; }
    bool alive() const { return raw_ && !broken_ && PQstatus(raw_) == CONNECTION_OK; }
    /// Looks, without waiting, whether the peer has said something unasked, such as goodbye.
    bool readable() const;

    void set_timeout(std::chrono::milliseconds limit) { limit_ = limit; }

    /// The name under which the server knows the statement; null: it does not know it yet.
    const std::string* prepared(const std::string& sql) const;
    /// It does from now on.
    const std::string& add_prepared(std::string sql, std::string name);
    std::string next_prepared_name() const { return "tropeiro_" + std::to_string(prepared_.size() + 1); }

  private:
    friend class operation;

    void arm(std::chrono::milliseconds limit);
    void disarm();
    void watch();
    void on_timer();
    task<boost::system::error_code> wait_once(readiness wanted);
    [[noreturn]] void raise_no_reply();

    dsn where_;
    PGconn* raw_ = nullptr;
    asio::posix::stream_descriptor socket_;
    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::chrono::milliseconds limit_{0};
    std::chrono::milliseconds armed_for_{0};
    bool watching_ = false; // a wait on timer_ is pending
    bool timed_out_ = false;
    bool broken_ = false;
    bool busy_ = false;                           // an operation, or a COPY between its operations
    bool owned_ = false;                          // by a pg::transaction
    std::map<std::string, std::string> prepared_; // name by statement
};

/// The time in which one coroutine uses the session. Unless complete() was called, its end breaks the
/// session: that is what an exception, a cancellation and a destroyed coroutine have in common.
class operation {
  public:
    /// `first`: starts something new, the session must be idle. `part`: goes on with a COPY.
    enum class kind { first, part };
    operation(std::shared_ptr<session> on, kind which);
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;
    ~operation();

    /// The protocol is in step again; the session stays busy when a COPY is under way.
    void complete(bool still_busy = false);

  private:
    std::shared_ptr<session> session_;
    bool completed_ = false;
};

/// What the server said in this result.
server_message message_of(const PGresult* failed);

/// Establishes a session: resolves the names off the loop, then libpq's handshake. Throws pg::error.
task<std::shared_ptr<session>> establish(dsn where, connect_options options);

/// One command, any number of statements, without parameters.
task<rows> run_simple(std::shared_ptr<session> on, std::string sql);
/// One statement with parameters.
task<rows> run_params(std::shared_ptr<session> on, std::string sql, params values);
/// The same; prepared on the session when it comes for the first time.
task<rows> run_prepared(std::shared_ptr<session> on, std::string sql, params values);
/// Sends a COPY command; its start, in the direction asked for. The session stays busy.
task<result_ptr> start_copy(std::shared_ptr<session> on, std::string sql, ExecStatusType direction);
/// The end of a COPY: reads the verdict, gives the session free, throws the server's error.
task<std::int64_t> end_copy(std::shared_ptr<session> on);

} // namespace tropeiro::pg
