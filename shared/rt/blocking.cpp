#include "shared/rt/blocking.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <exception>

namespace tropeiro::rt {
namespace {

// The loop's side: it never leaves the loop's thread, not even to be destroyed.
struct waiter {
    explicit waiter(const asio::any_io_executor& executor)
        : done(executor, asio::steady_timer::time_point::max())
    {
    }

    asio::steady_timer done; // never expires; cancelled when the call has ended
    bool ended = false;
};

// How many calls will still come back to a loop. A loop that is destroyed with calls under way (stopped, not run
// to its end) waits for them here: they would post to what is no more.
class calls_under_way : public asio::execution_context::service {
  public:
    using key_type = calls_under_way;
    using counter = std::shared_ptr<std::atomic<int>>; // outlives the loop while a call lets go of it
    static inline asio::execution_context::id id;

    explicit calls_under_way(asio::execution_context& loop) : service(loop) {}

    counter begin()
    {
        ++*count_;
        return count_;
    }

    static void end(const counter& count)
    {
        --*count;
        count->notify_all();
    }

  private:
    void shutdown() noexcept override
    {
        for (int left = count_->load(); left != 0; left = count_->load()) count_->wait(left);
    }

    counter count_ = std::make_shared<std::atomic<int>>(0);
};

// The pool's side. `loop` counts as work of the loop, so that its run() returns only after we let go of it.
struct errand {
    std::function<void()> call;
    std::shared_ptr<std::exception_ptr> thrown;
    std::weak_ptr<waiter> caller;
    asio::any_io_executor loop;
    calls_under_way::counter count;

    void operator()()
    {
        try {
            call();
        } catch (...) {
            *thrown = std::current_exception();
        }
        call = nullptr;
        asio::post(loop, [caller = caller] {
            const auto waiting = caller.lock();
            if (!waiting) return; // it left
            waiting->ended = true;
            waiting->done.cancel();
        });
        loop = asio::any_io_executor();
        calls_under_way::end(count); // nothing of the loop is touched after this
    }
};

asio::thread_pool& pool()
{
    static asio::thread_pool threads(4);
    return threads;
}

} // namespace

namespace detail {

task<> run_off_loop(std::function<void()> call)
{
    auto executor = co_await asio::this_coro::executor;
    auto waiting = std::make_shared<waiter>(executor);
    auto thrown = std::make_shared<std::exception_ptr>();
    auto tracked = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    auto& loop = asio::query(executor, asio::execution::context);
    auto count = asio::use_service<calls_under_way>(loop).begin();
    errand work{std::move(call), thrown, waiting, std::move(tracked), std::move(count)};
    asio::post(pool(), std::move(work));
    while (!waiting->ended) {
        boost::system::error_code woken;
        auto token = asio::redirect_error(asio::use_awaitable, woken);
        co_await waiting->done.async_wait(token); // a cancelled coroutine is refused the next round
    }
    if (*thrown) std::rethrow_exception(*thrown);
}

} // namespace detail

} // namespace tropeiro::rt
