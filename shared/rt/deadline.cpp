#include "shared/rt/deadline.hpp"

#include "shared/base/error.hpp"
#include "shared/base/text.hpp"
#include "shared/rt/cancellation.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <memory>

namespace tropeiro::rt {
namespace {

// What the timer, the work and the caller's cancellation have in common. All three live on one thread.
struct race {
    explicit race(const asio::any_io_executor& executor) : timer(executor) {}

    asio::steady_timer timer;
    asio::cancellation_signal to_work;
    bool expired = false;
    bool finished = false;
};

// The work hears everything that its caller hears; the caller's own filter has decided already what that is.
task<> unfiltered(task<> work)
{
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation{});
    co_await std::move(work);
}

void start_timer(const std::shared_ptr<race>& shared, steady::duration limit)
{
    shared->timer.expires_after(limit);
    shared->timer.async_wait([shared](boost::system::error_code stopped) {
        if (stopped || shared->finished) return;
        shared->expired = true;
        shared->to_work.emit(hard);
    });
}

} // namespace

namespace detail {

task<> run_with_deadline(task<> work, steady::duration limit, std::string what)
{
    auto executor = co_await asio::this_coro::executor;
    auto shared = std::make_shared<race>(executor);
    auto bounded = unfiltered(std::move(work));
    auto initiate = [&](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected())
            slot.assign([shared](asio::cancellation_type how) { shared->to_work.emit(how); });
        start_timer(shared, limit);
        auto finish = [shared, slot, handler = std::move(handler)](std::exception_ptr thrown) mutable {
            shared->finished = true;
            shared->timer.cancel();
            if (slot.is_connected()) slot.clear();
            std::move(handler)(std::move(thrown));
        };
        auto token = asio::bind_cancellation_slot(shared->to_work.slot(), std::move(finish));
        asio::co_spawn(executor, std::move(bounded), std::move(token));
    };
    std::exception_ptr thrown;
    try {
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(
            initiate, asio::use_awaitable);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (!thrown) co_return;
    if (!shared->expired) std::rethrow_exception(thrown);
    const auto seconds = std::chrono::duration<double>(limit);
    throw failure(error_kind::unreachable,
                  fmt::format("{} took longer than {}", what, text::human_duration(seconds)));
}

} // namespace detail

task<> sleep_for(steady::duration duration)
{
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace tropeiro::rt
