#include "run.hpp"
#include "shared/base/error.hpp"
#include "shared/rt/backoff.hpp"
#include "shared/rt/blocking.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/signals.hpp"
#include "shared/rt/task_group.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

namespace tropeiro::rt {
namespace {

TEST(backoff, doubles_up_to_the_cap_and_jitter_takes_a_part_of_it)
{
    EXPECT_EQ(full_jitter(100ms, 10s, 0, 0.5), 50ms);
    EXPECT_EQ(full_jitter(100ms, 10s, 3, 0.5), 400ms);
    EXPECT_EQ(full_jitter(100ms, 10s, 20, 0.5), 5s);
    EXPECT_EQ(full_jitter(100ms, 10s, 2'000'000'000, 0.999), 9990ms);
    EXPECT_EQ(full_jitter(100ms, 10s, -1, 0.0), 0ms);
}

TEST(backoff, grows_with_each_call_until_reset)
{
    backoff waits(10ms, 1s, [] { return 0.5; });
    EXPECT_EQ(waits.next(), 5ms);
    EXPECT_EQ(waits.next(), 10ms);
    EXPECT_EQ(waits.attempts(), 2);
    waits.reset();
    EXPECT_EQ(waits.next(), 5ms);
}

TEST(off_loop, runs_elsewhere_and_answers_here)
{
    std::thread::id here;
    std::thread::id there;
    auto body = [&]() -> task<> {
        std::function<int()> call = [&] {
            there = std::this_thread::get_id();
            return 42;
        };
        const int got = co_await off_loop(call);
        here = std::this_thread::get_id();
        EXPECT_EQ(got, 42);
    };
    test::run(body());
    EXPECT_EQ(here, std::this_thread::get_id());
    EXPECT_NE(there, here);
}

TEST(off_loop, the_calls_exception_is_thrown_here)
{
    auto body = []() -> task<> {
        std::function<int()> call = []() -> int { throw failure(error_kind::failed, "no such host"); };
        co_await off_loop(call);
    };
    EXPECT_THROW(test::run(body()), failure);
}

TEST(off_loop, an_overdue_caller_leaves_while_the_call_goes_on)
{
    struct gate {
        std::mutex lock;
        std::condition_variable opened;
        bool open = false;
    };
    auto shared = std::make_shared<gate>();
    std::string message;
    auto body = [&]() -> task<> {
        std::function<int()> call = [shared] {
            std::unique_lock hold(shared->lock);
            shared->opened.wait(hold, [&] { return shared->open; });
            return 1;
        };
        try {
            co_await with_deadline(off_loop(call), 10ms, "resolving db.example");
        } catch (const failure& f) {
            message = f.what();
        }
        const std::lock_guard hold(shared->lock);
        shared->open = true;
        shared->opened.notify_all();
    };
    test::run(body());
    EXPECT_TRUE(message.starts_with("resolving db.example took"));
}

TEST(shutdown_signal, the_first_signal_asks_and_the_second_cuts)
{
    std::string log;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        shutdown_signal stop(executor);
        stop.on_signal([&](bool is_hard) { log += is_hard ? "hard " : "soft "; });
        EXPECT_FALSE(stop.requested());
        std::raise(SIGTERM);
        co_await stop.wait();
        EXPECT_TRUE(stop.requested());
        EXPECT_FALSE(stop.hard());
        co_await stop.wait(); // came already
        std::raise(SIGINT);
        while (!stop.hard())
            co_await sleep_for(1ms);
        EXPECT_TRUE(stop.hard());
    };
    test::run(body());
    EXPECT_EQ(log, "soft hard ");
}

TEST(shutdown_signal, closing_releases_the_waiters)
{
    auto body = []() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        shutdown_signal stop(executor);
        task_group group(executor);
        group.spawn(stop.wait());
        co_await sleep_for(1ms);
        stop.close();
        co_await group.join();
        EXPECT_FALSE(stop.requested());
    };
    test::run(body());
}

} // namespace
} // namespace tropeiro::rt
