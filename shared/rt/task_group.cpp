#include "shared/rt/task_group.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <vector>

namespace tropeiro::rt {

struct task_group::state {
    state(asio::any_io_executor ex, error_handler on_error)
        : executor(std::move(ex)), handler(std::move(on_error)), changed(executor, steady_never())
    {
    }

    static asio::steady_timer::time_point steady_never() { return asio::steady_timer::time_point::max(); }

    void cancel(asio::cancellation_type how)
    {
        if ((how & hard) != asio::cancellation_type::none) cut = true;
        std::vector<std::shared_ptr<asio::cancellation_signal>> signals(children.begin(), children.end());
        for (const auto& signal : signals)
            signal->emit(how);
    }

    void child_ended(const std::string& name, const std::exception_ptr& thrown)
    {
        if (thrown && !is_cancelled(thrown)) {
            if (handler)
                handler(name, thrown);
            else if (!first) {
                first = thrown;
                cancel(hard);
            }
        }
        if (children.empty()) changed.cancel();
    }

    asio::any_io_executor executor;
    error_handler handler;
    std::list<std::shared_ptr<asio::cancellation_signal>> children;
    asio::steady_timer changed; // never expires; cancelled to wake the joiners
    std::exception_ptr first;
    bool cut = false;
};

namespace {

// Waits on `changed` until the group is empty or the joiner gives up. A callback, not a loop of co_awaits,
// since a cancelled joiner may not co_await any more and yet has to see its children out.
template <class Handler>
struct joiner {
    std::shared_ptr<task_group::state> group;
    std::shared_ptr<bool> gave_up;
    asio::cancellation_slot slot;
    Handler handler;

    void operator()(boost::system::error_code)
    {
        if (!group->children.empty() && !*gave_up) {
            auto& timer = group->changed;
            timer.async_wait(std::move(*this));
            return;
        }
        if (slot.is_connected()) slot.clear();
        std::move(handler)();
    }
};

task<> wait_until_empty(std::shared_ptr<task_group::state> group, std::shared_ptr<bool> gave_up)
{
    if (group->children.empty()) co_return;
    auto initiate = [&](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) slot.assign([group](asio::cancellation_type how) { group->cancel(how); });
        using joiner_type = joiner<decltype(handler)>;
        group->changed.async_wait(joiner_type{group, gave_up, slot, std::move(handler)});
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(initiate, asio::use_awaitable);
}

} // namespace

task_group::task_group(asio::any_io_executor executor) : task_group(std::move(executor), nullptr) {}

task_group::task_group(asio::any_io_executor executor, error_handler handler)
    : state_(std::make_shared<state>(std::move(executor), std::move(handler)))
{
}

task_group::~task_group() { state_->cancel(hard); }

void task_group::spawn(task<> child, std::string name)
{
    if (state_->cut) return;
    auto& children = state_->children;
    const auto at = children.insert(children.end(), std::make_shared<asio::cancellation_signal>());
    auto ended = [group = state_, at, name = std::move(name)](const std::exception_ptr& thrown) {
        const auto keep = *at; // this may run inside its emit()
        group->children.erase(at);
        group->child_ended(name, thrown);
    };
    asio::co_spawn(state_->executor, std::move(child),
                   asio::bind_cancellation_slot((*at)->slot(), std::move(ended)));
}

void task_group::cancel_all(asio::cancellation_type how) { state_->cancel(how); }

task<> task_group::join()
{
    auto group = state_;
    auto never = std::make_shared<bool>(false);
    co_await wait_until_empty(group, never);
    if (group->first) std::rethrow_exception(std::exchange(group->first, nullptr));
}

task<bool> task_group::join_for(std::chrono::steady_clock::duration grace)
{
    auto group = state_;
    auto gave_up = std::make_shared<bool>(false);
    asio::steady_timer timer(group->executor, grace);
    timer.async_wait([group, gave_up](boost::system::error_code stopped) {
        if (stopped) return;
        *gave_up = true;
        group->changed.cancel();
    });
    co_await wait_until_empty(group, gave_up);
    co_return group->children.empty();
}

std::size_t task_group::size() const { return state_->children.size(); }

task<> task_group::run(std::function<task<>(task_group&)> body)
{
    auto executor = co_await asio::this_coro::executor;
    task_group group(executor);
    group.spawn(body(group));
    co_await group.join();
}

} // namespace tropeiro::rt
