// The HTTP client of the command line and of tests: plain http, one connection per request. Coroutines on the
// caller's executor.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/http/message.hpp"
#include "shared/http/sse.hpp"

namespace tropeiro::http {

/// Sends `asked` to `url` ("http://host:port", its path goes before the request's) and gives the answer
/// whatever its status. Nobody there: failure(unreachable) that names the URL and says what to start.
task<response> send(std::string url, request asked, steady::duration limit);

/// As send(), but an answer that is not ok() is thrown as failure(error_of(answer)).
task<response> send_checked(std::string url, request asked, steady::duration limit);

/// Opens a stream of events and calls `on_event` for each until it answers false, the server ends the stream
/// (returns) or breaks it (failure(unreachable)). `quiet` bounds the wait for the next byte, comments count.
task<> stream(std::string url, request asked, std::function<bool(const sse_event&)> on_event,
              steady::duration quiet);

} // namespace tropeiro::http
