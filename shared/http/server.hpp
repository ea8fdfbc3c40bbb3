// The HTTP/1.1 server: one listening socket, a coroutine per connection, all on the executor's one thread.
// TLS is a reverse proxy's business. One catch per session turns what a handler throws into an answer.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/secret.hpp"
#include "shared/http/router.hpp"

#include <cstdint>
#include <memory>

namespace tropeiro::http {

struct server_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; // 0: the system chooses; ask port()
    secret token;           // empty: no authorization
    std::size_t body_limit = std::size_t{8} << 20U;
    std::size_t max_sessions = 1024;      // further connections wait in the backlog
    milliseconds header_deadline{10'000}; // from a request's first byte to the end of its header
    milliseconds body_deadline{60'000};
    milliseconds idle_deadline{75'000};  // between requests
    milliseconds write_deadline{30'000}; // for one answer or one event
};

class server {
  public:
    /// Listens; throws failure(conflict) when the address is taken. Connections are served from run() on.
    server(asio::any_io_executor executor, server_options options, router routes);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    std::uint16_t port() const;

    /// "http://127.0.0.1:7077".
    std::string url() const;

    /// Serves until stop() was called and the last session ended. Cancelling it hard cuts everything.
    task<> run();

    /// No new connections; idle sessions end, event streams are closed with their last chunk, requests under
    /// way are answered; what is left after `grace` is cut. Returns when nothing is left.
    task<> stop(steady::duration grace);

    std::size_t sessions() const;

    struct state; // in the .cpp

  private:
    std::shared_ptr<state> state_;
};

} // namespace tropeiro::http
