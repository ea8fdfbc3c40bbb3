#include "shared/http/server.hpp"

#include "shared/http/session.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace tropeiro::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

asio::ip::address parse_address(const std::string& text)
{
    error_code status;
    const auto address = asio::ip::make_address(text == "localhost" ? "127.0.0.1" : text, status);
    if (status)
        throw failure(error_kind::usage, fmt::format("\"{}\" is no address to listen on", text),
                      "write an IP address: 127.0.0.1 for this machine alone, 0.0.0.0 for every interface");
    return address;
}

tcp::acceptor listen_on(const asio::any_io_executor& executor, const server_options& options)
{
    const tcp::endpoint where(parse_address(options.address), options.port);
    tcp::acceptor acceptor(executor);
    error_code status;
    acceptor.open(where.protocol(), status);
    if (!status) acceptor.set_option(tcp::acceptor::reuse_address(true), status);
    if (!status) acceptor.bind(where, status);
    if (!status) acceptor.listen(asio::socket_base::max_listen_connections, status);
    if (!status) return acceptor;
    const auto taken = status == asio::error::address_in_use;
    throw failure(taken ? error_kind::conflict : error_kind::failed,
                  fmt::format("cannot listen on {}:{}: {}", options.address, options.port, status.message()),
                  taken ? "another scheduler may be running there; choose another port with server.listen"
                        : "");
}

void session_ended_badly(std::string_view name, const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
        log::debug("connection lost", {{"peer", name}, {"why", e.what()}});
    } catch (const std::exception& e) {
        log::warn("session failed", {{"peer", name}, {"why", e.what()}});
    }
}

} // namespace

struct server::state {
    state(const asio::any_io_executor& executor, server_options options, router routes)
        : acceptor(listen_on(executor, options)), group(executor, session_ended_badly),
          session_ended(executor, asio::steady_timer::time_point::max()), shared(std::make_shared<serving>())
    {
        port = acceptor.local_endpoint().port();
        shared->options = std::move(options);
        shared->routes = std::move(routes);
    }

    tcp::acceptor acceptor;
    rt::task_group group;
    asio::steady_timer session_ended; // never expires; cancelled to wake the accept loop
    std::shared_ptr<serving> shared;
    std::uint16_t port = 0;
};

namespace {

task<> serve(std::shared_ptr<server::state> server, tcp::socket socket)
{
    session one(server->shared, std::move(socket));
    std::exception_ptr thrown;
    try {
        co_await one.run();
    } catch (...) {
        thrown = std::current_exception();
    }
    server->session_ended.cancel();
    if (thrown) std::rethrow_exception(thrown);
}

// Pauses: a failing accept is most often a process out of descriptors, and trying at once would spin.
task<> accept_failed(error_code why)
{
    log::warn("accept failed", {{"why", why.message()}});
    co_await rt::sleep_for(milliseconds(100));
}

task<> accept_loop(std::shared_ptr<server::state> server)
{
    while (!server->shared->stopping) {
        error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        if (server->shared->open.size() >= server->shared->options.max_sessions) {
            co_await server->session_ended.async_wait(token);
            continue;
        }
        auto socket = co_await server->acceptor.async_accept(token);
        if (server->shared->stopping) break;
        if (status) {
            co_await accept_failed(status);
            continue;
        }
        auto peer = peer_of(socket);
        server->group.spawn(serve(server, std::move(socket)), std::move(peer));
    }
}

} // namespace

server::server(asio::any_io_executor executor, server_options options, router routes)
    : state_(std::make_shared<state>(executor, std::move(options), std::move(routes)))
{
}

server::~server()
{
    state_->shared->stopping = true;
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->group.cancel_all(rt::hard);
}

std::uint16_t server::port() const { return state_->port; }

std::string server::url() const
{
    const auto& address = state_->shared->options.address;
    const bool six = address.find(':') != std::string::npos;
    return fmt::format("http://{}:{}", six ? "[" + address + "]" : address, port());
}

task<> server::run()
{
    auto me = state_;
    me->group.spawn(accept_loop(me), "accept");
    co_await me->group.join();
}

task<> server::stop(steady::duration grace)
{
    auto me = state_;
    me->shared->stopping = true;
    error_code ignored;
    me->acceptor.close(ignored);
    me->session_ended.cancel();
    const auto open = me->shared->open; // winding down changes the set
    for (auto* one : open)
        one->wind_down();
    const bool all = co_await me->group.join_for(grace);
    if (all) co_return;
    me->group.cancel_all(rt::hard);
    co_await me->group.join();
}

std::size_t server::sessions() const { return state_->shared->open.size(); }

} // namespace tropeiro::http
