// Server-sent events (WHATWG HTML, "Server-sent events"): writing one, and reading them from bytes as they
// come.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::http {

struct sse_event {
    std::string name = "message"; // the `event` field
    std::string data;             // lines joined with '\n'
    std::string id;               // the last one seen on the stream
    friend bool operator==(const sse_event&, const sse_event&) = default;
};

/// The event as it goes over the wire, with the empty line that ends it.
std::string format_event(const sse_event& e);

class sse_parser {
  public:
    /// Takes bytes as they arrive, cut anywhere, and gives the events they complete.
    std::vector<sse_event> feed(std::string_view bytes);

  private:
    void take_line(std::string_view line, std::vector<sse_event>& done);

    std::string pending_;
    sse_event current_;
    std::string id_;
    bool has_data_ = false;
    bool after_cr_ = false;
};

} // namespace tropeiro::http
