// Waits with an end. `with_deadline` bounds any coroutine of ours; the waits inside need no timers of their
// own.
//
// Not made of operator|| (an early exception would wait for the timer) and not of a parallel_group (it hands
// on one cancellation only: after a soft stop neither the timer nor a hard stop would reach the work any
// more).
#pragma once

#include "shared/base/clock.hpp"
#include "shared/rt/asio.hpp"

#include <optional>
#include <string>

namespace tropeiro::rt {

namespace detail {

task<> run_with_deadline(task<> work, steady::duration limit, std::string what);

template <class T>
task<> store(task<T> work, std::optional<T>& out)
{
    T value = co_await std::move(work);
    out.emplace(std::move(value));
}

} // namespace detail

/// Runs `work` and gives its answer or its exception. After `limit` the work is cancelled hard and, once it
/// has unwound, failure(unreachable, "<what> took longer than 5.0s") is thrown. Cancelling the caller cancels
/// the work. `what` begins the sentence: "connecting to db.example:5432".
template <class T>
task<T> with_deadline(task<T> work, steady::duration limit, std::string what)
{
    if constexpr (std::is_void_v<T>) {
        co_await detail::run_with_deadline(std::move(work), limit, std::move(what));
    } else {
        std::optional<T> answer;
        auto storing = detail::store<T>(std::move(work), answer);
        co_await detail::run_with_deadline(std::move(storing), limit, std::move(what));
        co_return std::move(*answer);
    }
}

/// Sleeps; ends early with operation_aborted when cancelled.
task<> sleep_for(steady::duration duration);

} // namespace tropeiro::rt
