#include "tests/support/run.hpp"

namespace tropeiro::test {

namespace detail {

void drive(asio::io_context& context, const bool& done, std::chrono::milliseconds limit)
{
    const auto give_up = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done) {
        if (context.run_one_until(give_up) != 0) continue;
        if (done) return;
        if (context.stopped()) throw std::runtime_error("the coroutine waits for something that cannot come");
        throw std::runtime_error("the coroutine did not end in time");
    }
}

} // namespace detail

task<> pause(std::chrono::milliseconds time)
{
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace tropeiro::test
