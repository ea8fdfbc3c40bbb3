#include "tests/support/redis_server.hpp"

#include "tests/support/postgres_server.hpp" // free_port

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace tropeiro::test {

using namespace std::chrono_literals;

redis_server::redis_server(std::vector<std::string> extra) : extra_(std::move(extra)), port_(free_port())
{
    start();
}

redis_server::~redis_server() = default; // nothing to keep: child_process kills it

std::string redis_server::socket_path() const { return (dir_ / "redis.sock").string(); }

std::string redis_server::url() const { return fmt::format("redis://127.0.0.1:{}", port_); }

std::string redis_server::socket_url() const { return "unix://" + socket_path(); }

void redis_server::start()
{
    std::vector<std::string> argv{"redis-server", "--port",      std::to_string(port_),
                                  "--bind",       "127.0.0.1",   "--unixsocket",
                                  socket_path(),  "--save",      "",
                                  "--appendonly", "no",          "--dir",
                                  dir_.string(),  "--daemonize", "no"};
    argv.insert(argv.end(), extra_.begin(), extra_.end());
    process_ = std::make_unique<child_process>(std::move(argv));
    const auto give_up = std::chrono::steady_clock::now() + 30s;
    while (true) {
        if (!process_->running()) throw std::runtime_error("redis-server did not start: " + process_->out());
        std::string said;
        try {
            said = command("PING");
        } catch (const std::exception& e) {
            said = e.what();
        }
        // One that wants a password is up as well.
        if (said.starts_with("+PONG") || said.starts_with("-NOAUTH")) return;
        if (std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("redis-server did not start in time: " + said);
        std::this_thread::sleep_for(5ms);
    }
}

void redis_server::stop()
{
    process_->signal(SIGCONT);
    process_->signal(SIGTERM);
    process_->wait(30s);
}

void redis_server::kill9()
{
    process_->signal(SIGKILL);
    process_->wait(30s);
}

bool redis_server::running() { return process_->running(); }

pid_t redis_server::pid() const { return process_->pid(); }

std::string redis_server::command(const std::string& line) const
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_path().c_str(), sizeof address.sun_path - 1);
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    // QUIT makes the server close after the reply, so that the end of the reply is the end of the stream.
    const std::string request = line + "\r\nQUIT\r\n";
    std::string reply;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
        char buffer[4096];
        ssize_t got = 0;
        while ((got = ::recv(fd, buffer, sizeof buffer, 0)) > 0)
            reply.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    if (reply.empty()) throw std::runtime_error("redis-server does not answer at " + socket_path());
    if (reply.ends_with("+OK\r\n")) reply.resize(reply.size() - 5); // QUIT's
    return reply;
}

redis_server& shared_redis()
{
    static redis_server server;
    return server;
}

} // namespace tropeiro::test
