#include "scheduler/cli/session.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>

#include <iostream>
#include <unistd.h>

namespace tropeiro::scheduler::cli {

// Read through the loop, not with getline: Ctrl-C must reach us while we wait.
task<bool> confirm(session& s, std::string question)
{
    if (s.yes) co_return true;
    const bool on_terminal = s.out.where().in && s.out.where().err;
    if (s.no_input || !on_terminal)
        throw failure(error_kind::refused, "nothing was changed, as nobody can be asked: " + question,
                      "--yes says yes beforehand");
    std::cerr << printable(question) << " [y/N] " << std::flush;
    auto executor = co_await asio::this_coro::executor;
    asio::posix::stream_descriptor input(executor, ::dup(STDIN_FILENO));
    std::string line;
    boost::system::error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    auto buffer = asio::dynamic_buffer(line, 1024);
    co_await asio::async_read_until(input, buffer, '\n', token);
    if (status && status != asio::error::eof) throw boost::system::system_error(status);
    co_return !line.empty() && (line.front() == 'y' || line.front() == 'Y');
}

} // namespace tropeiro::scheduler::cli
