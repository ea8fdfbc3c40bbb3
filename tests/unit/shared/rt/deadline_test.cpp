#include "run.hpp"
#include "shared/base/error.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"

#include <gtest/gtest.h>

#include <memory>

using namespace std::chrono_literals;

namespace tropeiro::rt {
namespace {

task<std::string> answer(std::string text)
{
    co_await sleep_for(1ms);
    co_return text;
}

task<int> trouble()
{
    co_await sleep_for(1ms);
    throw failure(error_kind::conflict, "somebody else has it");
}

// Says in `log` how it ended.
task<> sleeper(std::shared_ptr<std::string> log, bool hears_soft)
{
    std::exception_ptr thrown;
    if (hears_soft) co_await accept_soft_stop();
    try {
        co_await sleep_for(1h);
    } catch (...) {
        thrown = std::current_exception();
    }
    *log += is_cancelled(thrown) ? "cancelled" : "other";
    if (thrown) std::rethrow_exception(thrown);
}

error caught(task<> body)
{
    try {
        test::run(std::move(body));
    } catch (const failure& f) {
        return f.what_went_wrong();
    }
    return error{error_kind::failed, "nothing was thrown", {}};
}

TEST(with_deadline, work_that_is_quick_gives_its_answer)
{
    std::string got;
    auto body = [&]() -> task<> { got = co_await with_deadline(answer("yes"), 10s, "asking"); };
    test::run(body());
    EXPECT_EQ(got, "yes");
}

TEST(with_deadline, an_early_exception_does_not_wait_for_the_timer)
{
    const auto start = steady::now();
    auto body = []() -> task<> { co_await with_deadline(trouble(), 1h, "asking"); };
    EXPECT_EQ(caught(body()).message, "somebody else has it");
    EXPECT_LT(seconds_since(start), 10);
}

TEST(with_deadline, overdue_work_is_cancelled_and_named)
{
    auto log = std::make_shared<std::string>();
    auto body = [&]() -> task<> {
        co_await with_deadline(sleeper(log, false), 20ms, "connecting to db.example");
    };
    const auto e = caught(body());
    EXPECT_EQ(e.kind, error_kind::unreachable);
    EXPECT_EQ(e.message, "connecting to db.example took longer than 0.0s");
    EXPECT_EQ(*log, "cancelled");
}

TEST(with_deadline, work_without_default_constructor_is_carried_too)
{
    struct sealed {
        explicit sealed(int v) : value(v) {}
        int value;
    };
    auto make = []() -> task<sealed> { co_return sealed(7); };
    int got = 0;
    auto body = [&]() -> task<> {
        auto s = co_await with_deadline(make(), 10s, "making");
        got = s.value;
    };
    test::run(body());
    EXPECT_EQ(got, 7);
}

TEST(with_deadline, the_inner_of_two_deadlines_is_the_one_that_speaks)
{
    auto log = std::make_shared<std::string>();
    auto inner = [&]() -> task<> { co_await with_deadline(sleeper(log, false), 10ms, "inner"); };
    auto body = [&]() -> task<> { co_await with_deadline(inner(), 1h, "outer"); };
    EXPECT_TRUE(caught(body()).message.starts_with("inner took"));
}

TEST(with_deadline, a_cancelled_caller_cancels_the_work)
{
    auto log = std::make_shared<std::string>();
    auto bounded = [](std::shared_ptr<std::string> out) -> task<> {
        co_await with_deadline(sleeper(out, false), 1h, "sleeping");
    };
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(bounded(log));
        co_await sleep_for(1ms);
        group.cancel_all(hard);
        co_await group.join();
    };
    test::run(body());
    EXPECT_EQ(*log, "cancelled");
}

// What a parallel_group would get wrong: it hands on one cancellation and no more.
TEST(with_deadline, a_soft_stop_that_nobody_hears_does_not_use_up_the_hard_one)
{
    auto log = std::make_shared<std::string>();
    auto bounded = [](std::shared_ptr<std::string> out) -> task<> {
        co_await accept_soft_stop();
        auto deaf = [](std::shared_ptr<std::string> text) -> task<> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation{});
            co_await sleeper(text, false);
        };
        co_await with_deadline(deaf(out), 1h, "sleeping");
    };
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(bounded(log));
        co_await sleep_for(1ms);
        group.cancel_all(soft);
        co_await sleep_for(1ms);
        EXPECT_EQ(group.size(), 1U);
        group.cancel_all(hard);
        co_await group.join();
    };
    test::run(body());
    EXPECT_EQ(*log, "cancelled");
}

TEST(with_deadline, a_soft_stop_reaches_work_below_a_deadline)
{
    auto log = std::make_shared<std::string>();
    auto bounded = [](std::shared_ptr<std::string> out) -> task<> {
        co_await accept_soft_stop();
        co_await with_deadline(sleeper(out, true), 1h, "sleeping");
    };
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(bounded(log));
        co_await sleep_for(1ms);
        group.cancel_all(soft);
        co_await group.join();
    };
    test::run(body());
    EXPECT_EQ(*log, "cancelled");
}

TEST(shield, lets_a_cancelled_coroutine_clean_up)
{
    bool cleaned = false;
    auto job = [&]() -> task<> {
        std::exception_ptr thrown;
        try {
            co_await sleep_for(1h);
        } catch (...) {
            thrown = std::current_exception();
        }
        co_await shield();
        co_await sleep_for(1ms); // giving the lease back
        cleaned = true;
        std::rethrow_exception(thrown);
    };
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(job());
        co_await sleep_for(1ms);
        group.cancel_all(hard);
        co_await group.join();
    };
    test::run(body());
    EXPECT_TRUE(cleaned);
}

} // namespace
} // namespace tropeiro::rt
