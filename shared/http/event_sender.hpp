// The event_stream of a session: writes events as chunks of one endless answer. Internal to the module.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/http/event_stream.hpp"
#include "shared/http/wire.hpp"

namespace tropeiro::http {

class event_sender final : public event_stream {
  public:
    /// Without chunks (HTTP/1.0) the end of the connection is the end of the stream.
    event_sender(beast::tcp_stream& to, milliseconds deadline, bool chunked)
        : to_(to), deadline_(deadline), chunked_(chunked)
    {
    }

    task<> begin(const response& answer, unsigned version);
    task<> send(std::string name, std::string data, std::string id) override;
    task<> ping() override;

    /// The last chunk, unless a write was cut in the middle.
    task<> end();

  private:
    task<> write(std::string bytes);

    beast::tcp_stream& to_;
    milliseconds deadline_;
    bool chunked_;
    bool in_the_middle_ = false;
};

} // namespace tropeiro::http
