#include "shared/rt/signals.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <csignal>

namespace tropeiro::rt {

struct shutdown_signal::state : std::enable_shared_from_this<shutdown_signal::state> {
    explicit state(const asio::any_io_executor& executor)
        : signals(executor, SIGINT, SIGTERM), changed(executor, asio::steady_timer::time_point::max())
    {
    }

    void listen()
    {
        signals.async_wait([self = shared_from_this()](boost::system::error_code stopped, int) {
            if (stopped) return;
            self->count_one();
            self->listen();
        });
    }

    void count_one()
    {
        const auto now = ++count;
        if (now <= 2 && handler) handler(now == 2);
        changed.cancel();
    }

    asio::signal_set signals;
    asio::steady_timer changed; // never expires; cancelled to wake the waiters
    std::atomic<int> count = 0;
    bool closed = false;
    std::function<void(bool)> handler;
};

namespace {

task<> wait_for_first(std::shared_ptr<shutdown_signal::state> shared)
{
    while (shared->count < 1) {
        if (shared->closed) throw boost::system::system_error(asio::error::operation_aborted);
        boost::system::error_code woken;
        auto token = asio::redirect_error(asio::use_awaitable, woken);
        co_await shared->changed.async_wait(token); // a cancelled coroutine is refused the next round
    }
}

} // namespace

shutdown_signal::shutdown_signal(asio::any_io_executor executor) : state_(std::make_shared<state>(executor))
{
    state_->listen();
}

shutdown_signal::~shutdown_signal() { close(); }

void shutdown_signal::on_signal(std::function<void(bool hard)> handler)
{
    state_->handler = std::move(handler);
}

bool shutdown_signal::requested() const { return state_->count > 0; }

bool shutdown_signal::hard() const { return state_->count > 1; }

task<> shutdown_signal::wait() { return wait_for_first(state_); }

void shutdown_signal::close()
{
    state_->closed = true;
    state_->signals.cancel();
    state_->changed.cancel();
}

} // namespace tropeiro::rt
