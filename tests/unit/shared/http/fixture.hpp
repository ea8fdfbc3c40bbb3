// A server with test routes and a raw client beside it on one loop. `run` starts the server, runs the body,
// stops the server and sees it out.
#pragma once

#include "shared/http/client.hpp"
#include "shared/http/event_stream.hpp"
#include "shared/http/server.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"
#include "tests/unit/shared/rt/run.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <array>

namespace tropeiro::http::test {

using namespace std::chrono_literals;

/// A socket that says exactly what it is told.
class raw_client {
  public:
    explicit raw_client(asio::any_io_executor executor) : socket_(std::move(executor)) {}

    task<> connect(std::uint16_t port)
    {
        const asio::ip::tcp::endpoint where(asio::ip::make_address("127.0.0.1"), port);
        co_await socket_.async_connect(where, asio::use_awaitable);
    }

    task<> say(std::string text)
    {
        co_await asio::async_write(socket_, asio::buffer(text), asio::use_awaitable);
    }

    /// Reads until `text` was seen or the server closed; gives everything read so far.
    task<std::string> hear(std::string text)
    {
        while (heard_.find(text) == std::string::npos && !closed_)
            co_await read_some();
        co_return heard_;
    }

    task<std::string> hear_all()
    {
        while (!closed_)
            co_await read_some();
        co_return heard_;
    }

    void close() { socket_.close(); }

  private:
    task<> read_some()
    {
        std::array<char, 4096> block{};
        boost::system::error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        const auto got = co_await socket_.async_read_some(asio::buffer(block), token);
        heard_.append(block.data(), got);
        closed_ = !!status;
    }

    asio::ip::tcp::socket socket_;
    std::string heard_;
    bool closed_ = false;
};

/// Waits until the condition holds; the time limit of the test bounds it.
inline task<> until(std::function<bool()> holds)
{
    while (!holds())
        co_await rt::sleep_for(1ms);
}

/// Runs `body(server)` against a server with these routes.
inline void with_server(server_options options, router routes, std::function<task<>(server&)> body)
{
    auto whole = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        server one(executor, options, routes);
        rt::task_group group(executor);
        group.spawn(one.run(), "server");
        auto client = [&]() -> task<> {
            co_await body(one);
            co_await one.stop(10s);
        };
        group.spawn(client(), "client");
        co_await group.join();
        EXPECT_EQ(one.sessions(), 0U);
    };
    tropeiro::test::run(whole());
}

/// Counts how often it is contained.
inline int count_of(const std::string& text, const std::string& part)
{
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

} // namespace tropeiro::http::test
