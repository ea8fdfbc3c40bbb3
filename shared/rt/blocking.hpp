// Calls that block (DNS, PQcancel, fsync, hashing a file) run on a small thread pool of the process and their
// answer comes back here. A cancelled or overdue caller leaves at once; the call ends by itself later and its
// answer is dropped, so it must own everything it touches.
#pragma once

#include "shared/rt/asio.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

namespace tropeiro::rt {

namespace detail {

task<> run_off_loop(std::function<void()> call);

} // namespace detail

/// Runs `call` on the pool; gives its answer or its exception. The loop's run() does not return before the
/// call has ended, even when its caller left; a loop that was stopped must live until then too.
template <class T>
task<T> off_loop(std::function<T()> call)
{
    if constexpr (std::is_void_v<T>) {
        co_await detail::run_off_loop(std::move(call));
    } else {
        auto answer = std::make_shared<std::optional<T>>();
        std::function<void()> storing = [answer, call = std::move(call)] { answer->emplace(call()); };
        co_await detail::run_off_loop(std::move(storing));
        co_return std::move(**answer);
    }
}

} // namespace tropeiro::rt
