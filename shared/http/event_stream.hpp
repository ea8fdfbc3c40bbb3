// The sending end of a stream of server-sent events, given to a handler by the session. One sender at a time.
#pragma once

#include "shared/http/sse.hpp"
#include "shared/rt/asio.hpp"

namespace tropeiro::http {

class event_stream {
  public:
    event_stream() = default;
    virtual ~event_stream() = default;
    event_stream(const event_stream&) = delete;
    event_stream& operator=(const event_stream&) = delete;

    /// Sends one event; suspends while the client is slow. Throws when it went away or stays slow too long.
    virtual task<> send(std::string name, std::string data, std::string id = {}) = 0;

    /// Sends a comment that clients ignore: keeps proxies from closing a quiet stream.
    virtual task<> ping() = 0;
};

} // namespace tropeiro::http
