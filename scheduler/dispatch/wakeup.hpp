// A nap that can be cut short. Lives on one thread; one sleeper, any number of callers. A call that comes
// while nobody sleeps makes the next nap end at once.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/rt/asio.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tropeiro::scheduler::dispatch {

class wakeup {
  public:
    explicit wakeup(asio::any_io_executor executor) : timer_(std::move(executor)) {}

    void notify()
    {
        pending_ = true;
        timer_.cancel();
    }

    /// Until notify() or the end of `longest`; throws operation_aborted when the coroutine is cancelled.
    task<> nap(steady::duration longest)
    {
        if (!pending_) {
            timer_.expires_after(longest);
            boost::system::error_code status;
            auto token = asio::redirect_error(asio::use_awaitable, status);
            co_await timer_.async_wait(token);
            if (status && !pending_) throw boost::system::system_error(status);
        }
        pending_ = false;
    }

  private:
    asio::steady_timer timer_;
    bool pending_ = false;
};

} // namespace tropeiro::scheduler::dispatch
