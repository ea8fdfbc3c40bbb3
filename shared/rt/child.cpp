#include "shared/rt/child.hpp"

#include "shared/base/error.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/spawn.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tropeiro::rt {

struct child::state {
    state(const asio::any_io_executor& executor, const spawned& started)
        : pid(started.pid), own_group(started.own_group), ended(executor, started.pidfd)
    {
    }

    // Collects the status if it ended; true when it did.
    bool reap(int flags)
    {
        if (status) return true;
        int raw = 0;
        const auto got = ::waitpid(pid, &raw, flags);
        if (got == pid)
            status = shell_status(raw);
        else if (got < 0 && errno == ECHILD)
            status = 255; // someone else reaped it
        return status.has_value();
    }

    pid_t pid;
    bool own_group;
    asio::posix::stream_descriptor ended; // a pidfd: readable once the child has ended
    std::optional<int> status;
};

namespace {

int open_log(const std::filesystem::path& file)
{
    if (file.empty()) return -1;
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0)
        throw failure(error_kind::failed,
                      fmt::format("cannot write the log file {}: {}", file.string(), std::strerror(errno)));
    return fd;
}

spawned start(child_options wanted)
{
    const int log = open_log(wanted.log_file);
    const spawn_request request{std::move(wanted.program),
                                std::move(wanted.args),
                                std::move(wanted.environment),
                                std::move(wanted.secrets),
                                std::move(wanted.directory),
                                wanted.own_group,
                                {-1, log, log}};
    try {
        const auto started = spawn(request);
        if (log >= 0) ::close(log);
        return started;
    } catch (...) {
        if (log >= 0) ::close(log);
        throw;
    }
}

} // namespace

child::child(asio::any_io_executor executor, child_options options)
    : state_(std::make_unique<state>(executor, start(std::move(options))))
{
}

child::child(asio::any_io_executor executor, const spawned& started)
    : state_(std::make_unique<state>(executor, started))
{
}

// Blocking here for the moment a SIGKILL takes is the lesser evil: a zombie would outlive its owner.
child::~child()
{
    if (!state_ || state_->reap(WNOHANG)) return;
    signal_group(SIGKILL);
    state_->reap(0);
}

child::child(child&&) noexcept = default;

child& child::operator=(child&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

pid_t child::pid() const { return state_->pid; }

bool child::running() const { return !state_->reap(WNOHANG); }

std::optional<int> child::exit_status() const
{
    state_->reap(WNOHANG);
    return state_->status;
}

task<int> child::wait()
{
    auto& me = *state_;
    while (!me.reap(WNOHANG))
        co_await me.ended.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
    co_return *me.status;
}

void child::signal(int number)
{
    if (!state_->reap(WNOHANG)) ::kill(state_->pid, number);
}

void child::signal_group(int number)
{
    // The group is as old as the program: rt::spawn() returns after exec.
    if (!state_->reap(WNOHANG)) ::kill(state_->own_group ? -state_->pid : state_->pid, number);
}

task<int> child::terminate(steady::duration grace)
{
    signal(SIGTERM);
    bool late = false;
    try {
        co_await with_deadline(wait(), grace, fmt::format("ending process {}", state_->pid));
    } catch (const failure&) {
        late = true;
    }
    if (late) signal_group(SIGKILL);
    co_return co_await wait();
}

} // namespace tropeiro::rt
