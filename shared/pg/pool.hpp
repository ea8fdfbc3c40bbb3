// A bounded set of connections to one database, handed out in the order in which they were asked for.
//
// Lives on one executor, single threaded. Leases may outlive the pool; their connections are then closed on
// return.
#pragma once

#include "shared/pg/connection.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace tropeiro::pg {

struct pool_options {
    std::size_t max = 8;
    std::chrono::seconds idle_timeout{60}; // a connection unused for so long is closed
    std::chrono::seconds check_after{30};  // one unused for so long is asked SELECT 1 before it is handed out
};

class pool_state;

/// A connection on loan. Goes back when this dies; a connection that is not usable() is closed instead.
class lease {
  public:
    lease(std::shared_ptr<pool_state> from, connection c);
    lease(lease&&) noexcept;
    lease& operator=(lease&&) = delete;
    ~lease();

    connection& operator*() { return connection_; }
    connection* operator->() { return &connection_; }
    connection& get() { return connection_; }

  private:
    std::shared_ptr<pool_state> from_;
    connection connection_;
};

class pool {
  public:
    pool(asio::any_io_executor executor, dsn where, connect_options connecting = connect_options(),
         pool_options options = pool_options());
    pool(pool&&) noexcept;
    pool& operator=(pool&&) = delete;
    ~pool();

    /// Waits its turn at most `deadline`, connecting included; throws pg::error with state_pool_exhausted
    /// when none became free, or what connecting threw.
    task<lease> acquire(std::chrono::milliseconds deadline);

    std::size_t in_use() const; // lent out or being opened
    std::size_t idle() const;
    std::size_t waiting() const;
    const dsn& where() const;

    /// The server gets their places back.
    void close_idle();

    /// Closes the idle ones; those lent out are closed on return. New requests are refused.
    void close();

  private:
    std::shared_ptr<pool_state> state_;
};

} // namespace tropeiro::pg
