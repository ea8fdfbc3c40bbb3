#include "shared/rt/process_pipes.hpp"

#include "shared/base/error.hpp"
#include "shared/rt/spawn.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tropeiro::rt {
namespace {

[[noreturn]] void no_pipe()
{
    throw failure(error_kind::failed, fmt::format("cannot make a pipe: {}", std::strerror(errno)),
                  "raise the limit of open files (ulimit -n)");
}

int pipe_from_child(asio::posix::stream_descriptor& ours)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) no_pipe();
    ours.assign(ends[0]);
    return ends[1];
}

int socket_to_child(asio::local::stream_protocol::socket& ours)
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) no_pipe();
    ours.assign(asio::local::stream_protocol(), ends[0]);
    return ends[1];
}

} // namespace

process_pipes::process_pipes(const asio::any_io_executor& executor, bool with_input)
    : input(executor), output(executor), messages(executor)
{
    try {
        if (with_input) theirs_[0] = socket_to_child(input);
        theirs_[1] = pipe_from_child(output);
        theirs_[2] = pipe_from_child(messages);
    } catch (...) {
        close_theirs();
        throw;
    }
}

process_pipes::~process_pipes() { close_theirs(); }

void process_pipes::close_theirs()
{
    for (int& fd : theirs_) {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
}

child process_pipes::start(const asio::any_io_executor& executor, const command& what)
{
    const spawn_request request{what.program,   what.args, what.environment, what.secrets,
                                what.directory, true,      theirs_};
    const auto started = spawn(request);
    close_theirs(); // else we would never see the end of its output
    return child(executor, started);
}

} // namespace tropeiro::rt
