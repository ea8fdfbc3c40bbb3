// The names under which the project uses Asio. One include, so that no file spells the library's path twice.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tropeiro {

namespace asio = boost::asio;

/// A coroutine of ours. Starts when awaited; throws what it throws.
template <class T = void> using task = boost::asio::awaitable<T>;

} // namespace tropeiro
