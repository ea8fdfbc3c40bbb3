#include "shared/pg/pool.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/session.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <list>
#include <utility>

namespace tropeiro::pg {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds check_limit{3000}; // for SELECT 1; there are other connections to try

struct resting {
    connection held;
    clock::time_point since;
};

} // namespace

// A slot is the right to hold one connection. A slot that is given back goes to the first in the queue, never
// to somebody who comes by at that moment; with it goes an idle connection, if there is one.
class pool_state : public std::enable_shared_from_this<pool_state> {
  public:
    pool_state(asio::any_io_executor executor, dsn where, connect_options connecting, pool_options options)
        : executor_(executor), where_(std::move(where)), connecting_(std::move(connecting)),
          options_(options), sweeper_(executor)
    {
    }

    task<> take_slot(clock::time_point give_up);
    void give_slot();
    task<connection> take_connection(clock::time_point give_up);
    void put_back(connection c);
    void close();

    struct waiter {
        explicit waiter(const asio::any_io_executor& executor) : woken(executor) {}
        asio::steady_timer woken; // expires at the deadline, cancelled when the slot is granted
        bool granted = false;
    };

    asio::any_io_executor executor_;
    dsn where_;
    connect_options connecting_;
    pool_options options_;
    std::deque<resting> idle_; // the one used last stands last, and is the first to be taken
    std::list<waiter*> queue_;
    std::size_t slots_taken_ = 0;
    bool closed_ = false;

  private:
    void sweep_later();
    void sweep();
    [[noreturn]] void refuse(std::string message) const;

    asio::steady_timer sweeper_;
    bool sweeping_ = false;
};

namespace {

// Stands in the queue while it lives; a slot that was granted and not used goes on to the next.
class place_in_queue {
  public:
    explicit place_in_queue(pool_state& pool) : pool_(pool), waiter_(pool.executor_)
    {
        at_ = pool_.queue_.insert(pool_.queue_.end(), &waiter_);
    }
    place_in_queue(const place_in_queue&) = delete;
    place_in_queue& operator=(const place_in_queue&) = delete;
    ~place_in_queue()
    {
        if (!waiter_.granted)
            pool_.queue_.erase(at_);
        else if (!used_)
            pool_.give_slot();
    }
    pool_state::waiter& entry() { return waiter_; }
    void use() { used_ = true; }

  private:
    pool_state& pool_;
    pool_state::waiter waiter_;
    std::list<pool_state::waiter*>::iterator at_;
    bool used_ = false;
};

// Gives the slot back unless a lease took it over.
class held_slot {
  public:
    explicit held_slot(std::shared_ptr<pool_state> pool) : pool_(std::move(pool)) {}
    held_slot(const held_slot&) = delete;
    held_slot& operator=(const held_slot&) = delete;
    ~held_slot()
    {
        if (pool_) pool_->give_slot();
    }
    void hand_over() { pool_ = nullptr; }

  private:
    std::shared_ptr<pool_state> pool_;
};

} // namespace

void pool_state::refuse(std::string message) const
{
    server_message said;
    said.sqlstate = state_pool_exhausted;
    said.message = std::move(message);
    throw error(std::move(said), where_.where());
}

task<> pool_state::take_slot(clock::time_point give_up)
{
    if (closed_) refuse("the pool is closed");
    if (queue_.empty() && slots_taken_ < options_.max) {
        ++slots_taken_;
        co_return;
    }
    const auto started = clock::now();
    place_in_queue place(*this);
    auto& self = place.entry();
    self.woken.expires_at(give_up);
    boost::system::error_code woken;
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await self.woken.async_wait(token);
    if (self.granted) {
        place.use();
        co_return;
    }
    if (closed_) refuse("the pool was closed");
    if (woken) throw boost::system::system_error(woken); // cancelled
    refuse(fmt::format("no connection became free within {}, {} are in use",
                       text::human_duration(clock::now() - started), options_.max));
}

void pool_state::give_slot()
{
    --slots_taken_;
    if (queue_.empty() || slots_taken_ >= options_.max) return;
    auto* first = queue_.front();
    queue_.pop_front();
    ++slots_taken_;
    first->granted = true;
    first->woken.cancel();
}

task<connection> pool_state::take_connection(clock::time_point give_up)
{
    while (!idle_.empty()) {
        auto candidate = std::move(idle_.back());
        idle_.pop_back();
        auto& held = candidate.held;
        if (!held.usable()) continue;
        // One that speaks unasked on an idle connection mostly says goodbye.
        const bool suspect =
            held.internals()->readable() || clock::now() - candidate.since >= options_.check_after;
        if (!suspect) co_return std::move(held);
        try {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(give_up - clock::now());
            held.set_timeout(std::clamp(left, std::chrono::milliseconds(1), check_limit));
            const auto answer = co_await held.query("SELECT 1");
            held.set_timeout(std::chrono::milliseconds(0));
            co_return std::move(held);
        } catch (const error&) { // the next one, or a new one
        }
    }
    auto options = connecting_;
    const auto left = std::chrono::ceil<std::chrono::seconds>(give_up - clock::now());
    options.timeout = std::max(std::min(left, connecting_.timeout), std::chrono::seconds(1));
    auto fresh = co_await connection::open(where_, std::move(options));
    co_return fresh;
}

void pool_state::put_back(connection c)
{
    if (c.usable() && !closed_) {
        c.set_timeout(std::chrono::milliseconds(0));
        idle_.push_back(resting{std::move(c), clock::now()});
        sweep_later();
    }
    give_slot();
}

void pool_state::sweep_later()
{
    if (sweeping_ || idle_.empty()) return;
    sweeping_ = true;
    sweeper_.expires_at(idle_.front().since + options_.idle_timeout);
    sweeper_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
        if (ec) return;
        if (const auto self = weak.lock()) self->sweep();
    });
}

void pool_state::sweep()
{
    sweeping_ = false;
    while (!idle_.empty() && idle_.front().since + options_.idle_timeout <= clock::now())
        idle_.pop_front();
    sweep_later();
}

void pool_state::close()
{
    closed_ = true;
    idle_.clear();
    sweeper_.cancel();
    for (auto* waiting : queue_)
        waiting->woken.cancel();
}

lease::lease(std::shared_ptr<pool_state> from, connection c)
    : from_(std::move(from)), connection_(std::move(c))
{
}

lease::lease(lease&& other) noexcept
    : from_(std::move(other.from_)), connection_(std::move(other.connection_))
{
}

lease::~lease()
{
    if (from_) from_->put_back(std::move(connection_));
}

pool::pool(asio::any_io_executor executor, dsn where, connect_options connecting, pool_options options)
    : state_(std::make_shared<pool_state>(executor, std::move(where), std::move(connecting), options))
{
}

pool::pool(pool&&) noexcept = default;

pool::~pool()
{
    if (state_) state_->close();
}

namespace {

task<lease> lend(std::shared_ptr<pool_state> from, std::chrono::milliseconds deadline)
{
    const auto give_up = clock::now() + deadline;
    co_await from->take_slot(give_up);
    held_slot slot(from);
    auto taken = co_await from->take_connection(give_up);
    slot.hand_over();
    co_return lease(from, std::move(taken));
}

} // namespace

task<lease> pool::acquire(std::chrono::milliseconds deadline) { return lend(state_, deadline); }

std::size_t pool::in_use() const { return state_->slots_taken_; }

std::size_t pool::idle() const { return state_->idle_.size(); }

std::size_t pool::waiting() const { return state_->queue_.size(); }

const dsn& pool::where() const { return state_->where_; }

void pool::close_idle() { state_->idle_.clear(); }

void pool::close() { state_->close(); }

} // namespace tropeiro::pg
