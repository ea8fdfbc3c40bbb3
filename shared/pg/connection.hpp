// One session with a PostgreSQL server, on libpq's asynchronous interface.
//
// Owned by whoever opened it, or by a pool; lives on the executor of the coroutine that opened it, and is
// used by one coroutine at a time. It must die before its io_context. Every wait can be cancelled by Asio's
// cancellation; that, a deadline passed, and a lost socket make the connection broken, which is final.
#pragma once

#include "shared/pg/dsn.hpp"
#include "shared/pg/error.hpp"
#include "shared/pg/params.hpp"
#include "shared/pg/rows.hpp"
#include "shared/rt/asio.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tropeiro::pg {

class session; // the PGconn and its socket; internal to this folder

struct connect_options {
    std::string application_name = "tropeiro";
    std::chrono::seconds timeout{10}; // for everything until the session stands, name resolution included
    std::vector<std::pair<std::string, std::string>> settings; // SET right after connecting
};

class connection {
  public:
    /// Throws pg::error; of kind `unreachable` when no server answers in time.
    static task<connection> open(dsn where, connect_options options = connect_options());

    explicit connection(std::shared_ptr<session> opened);
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;
    ~connection();

    /// One statement with $1.. parameters; text both ways.
    template <class... A>
    task<rows> query(std::string_view sql, const A&... args)
    {
        return query_params(std::string(sql), params::of(args...));
    }
    task<rows> query_params(std::string sql, params values);

    /// The same for a statement that comes again and again on this connection: the server parses it the first time only.
    template <class... A>
    task<rows> query_prepared(std::string_view sql, const A&... args)
    {
        return query_prepared_params(std::string(sql), params::of(args...));
    }
    task<rows> query_prepared_params(std::string sql, params values);

    /// Any number of statements separated by semicolons, without parameters. They are one transaction unless
    /// they say otherwise, as PostgreSQL treats them.
    task<> execute(std::string sql);
    /// The same; the rows of the last one.
    task<rows> query_script(std::string sql);

    /// Whether it may be used for the next piece of work: not broken, nothing under way, and in no
    /// transaction other than one that a pg::transaction owns.
    bool usable() const;
    void mark_broken();

    /// The longest time that one operation may take (a query from sending to its last row; one wait of a
    /// COPY). After it the connection is broken and pg::error with state_no_reply is thrown. 0: no limit. The
    /// server is not told: use cancel() on it first where the statement must end.
    void set_timeout(std::chrono::milliseconds limit);

    /// Asks the server to stop what this connection is running. Runs on a thread of its own, so another
    /// coroutine may call it while an operation waits. Throws pg::error when the request cannot be delivered.
    task<> cancel();

    int backend_pid() const;
    int server_version() const; // 150004
    const dsn& where() const;
    /// server_version, client_encoding, TimeZone, ...: what the server reports unasked; empty when it does
    /// not.
    std::string parameter(std::string_view name) const;

    /// For transaction, copy_out, copy_in.
    const std::shared_ptr<session>& internals() const { return session_; }

  private:
    std::shared_ptr<session> session_;
};

} // namespace tropeiro::pg
