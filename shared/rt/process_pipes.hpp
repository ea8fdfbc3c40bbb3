// The three streams between us and a child program: our ends on the loop, the child's ends until it is
// started. Owned by the coroutine that runs the program.
#pragma once

#include "shared/rt/asio.hpp"
#include "shared/rt/child.hpp"
#include "shared/rt/subprocess.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>

namespace tropeiro::rt {

class process_pipes {
  public:
    /// Without input the child reads /dev/null.
    process_pipes(const asio::any_io_executor& executor, bool with_input);
    ~process_pipes();
    process_pipes(const process_pipes&) = delete;
    process_pipes& operator=(const process_pipes&) = delete;

    /// Starts the program on the other ends.
    child start(const asio::any_io_executor& executor, const command& what);

    asio::local::stream_protocol::socket input; // a socket: writing to a pipe nobody reads raises SIGPIPE
    asio::posix::stream_descriptor output;
    asio::posix::stream_descriptor messages;

  private:
    void close_theirs();
    std::array<int, 3> theirs_{-1, -1, -1};
};

} // namespace tropeiro::rt
