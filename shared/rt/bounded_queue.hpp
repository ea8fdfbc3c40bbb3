// A queue of at most `capacity` items between coroutines, also between those of different threads. A full
// queue suspends the pusher: back-pressure. Waits are cancellable.
#pragma once

#include "shared/rt/asio.hpp"

#include <boost/asio/experimental/channel_error.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/redirect_error.hpp>

#include <optional>
#include <utility>

namespace tropeiro::rt {

template <class T>
class bounded_queue {
  public:
    bounded_queue(asio::any_io_executor executor, std::size_t capacity)
        : channel_(std::move(executor), capacity)
    {
    }

    /// Waits for room. False when the queue was dropped: the item is lost.
    task<bool> push(T item)
    {
        std::optional<T> boxed(std::move(item));
        co_return co_await send(std::move(boxed));
    }

    /// False when there is no room or the queue was dropped. Any thread.
    bool try_push(T item)
    {
        return channel_.try_send(boost::system::error_code(), std::optional<T>(std::move(item)));
    }

    /// The next item; nothing once the queue was closed and is empty, or was dropped.
    task<std::optional<T>> pop()
    {
        boost::system::error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        std::optional<T> item = co_await channel_.async_receive(token);
        throw_if_cancelled(status);
        if (!item && !status)
            channel_.try_send(boost::system::error_code(), std::optional<T>()); // for the next
        co_return item;
    }

    /// No more items will come: an end marker behind those inside, so that they are all taken first. Waits
    /// for room as push() does. (The channel's own close() of Boost 1.81 loses what is inside.)
    task<> close()
    {
        std::optional<T> end;
        co_await send(std::move(end));
    }

    /// Throws away what is inside and wakes everybody: when an error ends it all.
    void drop() { channel_.close(); }

  private:
    task<bool> send(std::optional<T> boxed)
    {
        boost::system::error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        co_await channel_.async_send(boost::system::error_code(), std::move(boxed), token);
        throw_if_cancelled(status);
        co_return !status;
    }

    static void throw_if_cancelled(const boost::system::error_code& status)
    {
        if (status == asio::experimental::error::channel_cancelled)
            throw boost::system::system_error(asio::error::operation_aborted);
    }

    asio::experimental::concurrent_channel<void(boost::system::error_code, std::optional<T>)> channel_;
};

} // namespace tropeiro::rt
