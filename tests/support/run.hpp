// Runs coroutines in tests: run(task) on a fresh io_context with a limit, and CO_ASSERT_*, because gtest's
// ASSERT_* return, which a coroutine may not.
//
//     TEST(connection, answers)
//     {
//         run([&]() -> task<> {
//             auto c = co_await pg::connection::open(shared_postgres().dsn());
//             const auto answer = co_await c.query("SELECT 1");
//             CO_ASSERT_EQ(answer.size(), 1u);
//         });
//     }
#pragma once

#include "shared/rt/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace tropeiro::test {

inline constexpr std::chrono::seconds run_limit{60};

namespace detail {

/// Runs the loop until `done`, or throws after the limit.
void drive(asio::io_context& context, const bool& done, std::chrono::milliseconds limit);

// co_spawn wants a default-constructible result; a connection is none.
template <class T>
task<> store(task<T> work, std::optional<T>& out)
{
    T value = co_await std::move(work);
    out.emplace(std::move(value));
}

} // namespace detail

/// Runs it to its end on this context; rethrows what it throws.
template <class T>
T run_on(asio::io_context& context, task<T> work, std::chrono::milliseconds limit = run_limit)
{
    if constexpr (std::is_void_v<T>) {
        std::exception_ptr failed;
        bool done = false;
        asio::co_spawn(context, std::move(work), [&](std::exception_ptr e) {
            failed = e;
            done = true;
        });
        detail::drive(context, done, limit);
        if (failed) std::rethrow_exception(failed);
    } else {
        std::optional<T> value;
        run_on(context, detail::store<T>(std::move(work), value), limit);
        return std::move(*value);
    }
}

template <class T>
T run(task<T> work, std::chrono::milliseconds limit = run_limit)
{
    asio::io_context context(1);
    return run_on(context, std::move(work), limit);
}

/// For a lambda coroutine: it is kept alive until the coroutine has ended.
template <std::invocable F>
auto run(F make, std::chrono::milliseconds limit = run_limit)
{
    asio::io_context context(1);
    return run_on(context, make(), limit);
}

/// Lets the loop run for so long. For waiting on another coroutine prefer a condition.
task<> pause(std::chrono::milliseconds time);

/// Until `condition()` holds; throws after the limit.
template <std::predicate F>
task<> until(F condition, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    const auto give_up = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("the condition never held");
        co_await pause(std::chrono::milliseconds(2));
    }
}

} // namespace tropeiro::test

#define TROPEIRO_CO_CHECK_(assertion)                                                                        \
    GTEST_AMBIGUOUS_ELSE_BLOCKER_                                                                            \
    if (const ::testing::AssertionResult co_result_ = (assertion))                                           \
        ;                                                                                                    \
    else {                                                                                                   \
        GTEST_MESSAGE_AT_(__FILE__, __LINE__, co_result_.message(),                                          \
                          ::testing::TestPartResult::kFatalFailure);                                         \
        co_return;                                                                                           \
    }

#define CO_ASSERT_EQ(a, b) TROPEIRO_CO_CHECK_(::testing::internal::EqHelper::Compare(#a, #b, a, b))
#define CO_ASSERT_NE(a, b) TROPEIRO_CO_CHECK_(::testing::internal::CmpHelperNE(#a, #b, a, b))
#define CO_ASSERT_LT(a, b) TROPEIRO_CO_CHECK_(::testing::internal::CmpHelperLT(#a, #b, a, b))
#define CO_ASSERT_LE(a, b) TROPEIRO_CO_CHECK_(::testing::internal::CmpHelperLE(#a, #b, a, b))
#define CO_ASSERT_GT(a, b) TROPEIRO_CO_CHECK_(::testing::internal::CmpHelperGT(#a, #b, a, b))
#define CO_ASSERT_GE(a, b) TROPEIRO_CO_CHECK_(::testing::internal::CmpHelperGE(#a, #b, a, b))
#define CO_ASSERT_TRUE(condition)                                                                            \
    TROPEIRO_CO_CHECK_((condition) ? ::testing::AssertionSuccess()                                           \
                                   : ::testing::AssertionFailure() << "not true: " #condition)
#define CO_ASSERT_FALSE(condition)                                                                           \
    TROPEIRO_CO_CHECK_(!(condition) ? ::testing::AssertionSuccess()                                          \
                                    : ::testing::AssertionFailure() << "not false: " #condition)
#define CO_FAIL(text)                                                                                        \
    do {                                                                                                     \
        GTEST_MESSAGE_AT_(__FILE__, __LINE__, text, ::testing::TestPartResult::kFatalFailure);               \
        co_return;                                                                                           \
    } while (false)
