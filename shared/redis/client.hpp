// One connection to Redis. Calls of several coroutines of its thread take turns in the order they came; a
// pipeline is one turn. What breaks a call off half-way (a deadline, a cancellation, a lost peer) closes the
// connection, because the answers on it could no longer be told apart; a closed client says so and stays
// closed.
//
// `client` is the connection itself. `reconnecting_client` opens one when there is none: each call tries
// once, how often and how soon to call again is its owner's business.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/redis/command.hpp"
#include "shared/redis/reply.hpp"
#include "shared/redis/url.hpp"
#include "shared/rt/asio.hpp"

#include <memory>
#include <vector>

namespace tropeiro::redis {

/// How long a call may take, the waiting for its turn included.
inline constexpr milliseconds default_deadline{5000};

class client {
  public:
    /// Connects, authenticates, selects the database. Throws connection_lost, error (wrong password) or
    /// failure(unreachable) when it takes longer than `timeout`.
    static task<client> open(url address, milliseconds timeout = default_deadline);

    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    ~client();

    /// The answer; throws when it is an error.
    task<reply> call(command what, milliseconds deadline = default_deadline);

    /// The answers, one for each command, error replies among them.
    task<std::vector<reply>> pipeline(std::vector<command> what, milliseconds deadline = default_deadline);

    bool is_open() const;
    void close();
    const url& address() const;

    class connection; // in the .cpp

  private:
    explicit client(std::shared_ptr<connection> opened);
    std::shared_ptr<connection> connection_;
};

class reconnecting_client {
  public:
    /// Connects at the first call.
    explicit reconnecting_client(url address);
    reconnecting_client(reconnecting_client&&) noexcept;
    reconnecting_client& operator=(reconnecting_client&&) noexcept;
    ~reconnecting_client();

    /// As client's. A call that fails is not repeated: it may have been carried out.
    task<reply> call(command what, milliseconds deadline = default_deadline);

    /// Breaks what is under way; the next call connects anew.
    void close();
    const url& address() const;

  private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace tropeiro::redis
