// How coroutines of ours are stopped, in the three words the project uses.
//
// soft: the `total` signal. Only coroutines that asked for it with accept_soft_stop() hear it; their current
//       wait ends with operation_aborted although nothing was half done. Others run on to their own end.
// hard: the `terminal` signal. Everybody hears it; what was under way is broken.
// After either one every further co_await of the coroutine is refused until it says shield(): needed before a
// lease is given back or a child program is reaped.
#pragma once

#include "shared/rt/asio.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <exception>

namespace tropeiro::rt {

constexpr auto soft = asio::cancellation_type::total;
constexpr auto hard = asio::cancellation_type::terminal;

/// `co_await rt::accept_soft_stop();` - from here on a soft stop ends this coroutine's waits too.
inline auto accept_soft_stop()
{
    return asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation{});
}

/// `co_await rt::shield();` - forgets a cancellation that came and hears no further one: for clean-up that
/// must run to its end. The clean-up needs deadlines of its own, since nothing else stops it.
inline auto shield() { return asio::this_coro::reset_cancellation_state(asio::disable_cancellation{}); }

/// True when the exception is the end of a cancelled wait and nothing else: no error, nothing to log.
bool is_cancelled(const std::exception_ptr& thrown);

} // namespace tropeiro::rt
