#include "shared/pg/pool.hpp"

#include "shared/base/clock.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/rt/deadline.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>

#include <csignal>

namespace tropeiro::pg {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::shared_postgres;

task<pool> make_pool(std::size_t max, dsn where = shared_postgres().dsn())
{
    auto executor = co_await asio::this_coro::executor;
    pool_options options;
    options.max = max;
    co_return pool(executor, std::move(where), connect_options(), options);
}

TEST(pool, a_connection_comes_back_and_is_lent_again)
{
    run([]() -> task<> {
        auto p = co_await make_pool(2);
        int first = 0;
        {
            auto held = co_await p.acquire(5s);
            first = held->backend_pid();
            CO_ASSERT_EQ(p.in_use(), 1U);
            CO_ASSERT_EQ(p.idle(), 0U);
        }
        CO_ASSERT_EQ(p.in_use(), 0U);
        CO_ASSERT_EQ(p.idle(), 1U);
        auto again = co_await p.acquire(5s);
        CO_ASSERT_EQ(again->backend_pid(), first);
    });
}

TEST(pool, idle_ones_are_closed_when_asked_and_the_pool_goes_on)
{
    run([]() -> task<> {
        auto p = co_await make_pool(2);
        int first = 0;
        {
            auto held = co_await p.acquire(5s);
            first = held->backend_pid();
        }
        p.close_idle();
        CO_ASSERT_EQ(p.idle(), 0U);
        auto again = co_await p.acquire(5s);
        CO_ASSERT_NE(again->backend_pid(), first);
    });
}

TEST(pool, waiters_are_served_in_the_order_in_which_they_came)
{
    run([]() -> task<> {
        auto p = co_await make_pool(1);
        std::vector<int> served;
        auto ask = [](pool& from, int number, std::vector<int>& order) -> task<> {
            auto held = co_await from.acquire(10s);
            order.push_back(number);
            co_await held->query("SELECT 1");
        };
        auto executor = co_await asio::this_coro::executor;
        {
            auto held = co_await p.acquire(5s);
            for (int i = 0; i < 10; ++i)
                asio::co_spawn(executor, ask(p, i, served), [](std::exception_ptr) {});
            const auto all_wait = [&] { return p.waiting() == 10; };
            co_await test::until(all_wait);
        }
        // The slot is the first waiter's now: whoever comes by has to stand at the end.
        auto last = co_await p.acquire(10s);
        const std::vector<int> wanted{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        CO_ASSERT_EQ(served, wanted);
    });
}

TEST(pool, never_more_than_max_are_open)
{
    run([]() -> task<> {
        const auto where = test::fresh_database("pool");
        auto p = co_await make_pool(3, where);
        int running = 0;
        int most = 0;
        int done = 0;
        auto work = [&](int) -> task<> {
            auto held = co_await p.acquire(20s);
            most = std::max(most, ++running);
            co_await held->query("SELECT pg_sleep(0.1)");
            --running;
            ++done;
        };
        auto executor = co_await asio::this_coro::executor;
        for (int i = 0; i < 30; ++i)
            asio::co_spawn(executor, work(i), [](std::exception_ptr) {});
        const auto all_are_done = [&] { return done == 30; };
        co_await test::until(all_are_done);
        CO_ASSERT_EQ(most, 3);
        CO_ASSERT_EQ(p.idle(), 3U);
        auto watcher = co_await connection::open(shared_postgres().dsn());
        const auto open = co_await watcher.query("SELECT count(*) FROM pg_stat_activity WHERE datname = $1",
                                                 where.database);
        CO_ASSERT_EQ(open.one().get<int>(0), 3);
    });
}

TEST(pool, nobody_waits_longer_than_the_deadline)
{
    run([]() -> task<> {
        auto p = co_await make_pool(1);
        auto held = co_await p.acquire(5s);
        const auto started = steady::now();
        std::string state;
        try {
            auto second = co_await p.acquire(150ms);
        } catch (const error& e) {
            state = e.sqlstate();
        }
        CO_ASSERT_EQ(state, state_pool_exhausted);
        CO_ASSERT_TRUE(is_retryable(state));
        CO_ASSERT_GE(seconds_since(started), 0.14);
        CO_ASSERT_EQ(p.waiting(), 0U);
    });
}

TEST(pool, a_cancelled_waiter_leaves_the_queue)
{
    run([]() -> task<> {
        auto p = co_await make_pool(1);
        auto held = co_await p.acquire(5s);
        bool overdue = false;
        try {
            auto work = [](pool& from) -> task<> { auto second = co_await from.acquire(30s); };
            co_await rt::with_deadline(work(p), 50ms, "waiting");
        } catch (const failure&) {
            overdue = true;
        }
        CO_ASSERT_TRUE(overdue);
        CO_ASSERT_EQ(p.waiting(), 0U);
        CO_ASSERT_EQ(p.in_use(), 1U);
    });
}

TEST(pool, broken_leases_and_open_transactions_are_not_lent_again)
{
    run([]() -> task<> {
        auto p = co_await make_pool(1);
        int first = 0;
        {
            auto held = co_await p.acquire(5s);
            first = held->backend_pid();
            held->mark_broken();
        }
        CO_ASSERT_EQ(p.idle(), 0U);
        int second = 0;
        {
            auto held = co_await p.acquire(5s);
            second = held->backend_pid();
            CO_ASSERT_NE(second, first);
            co_await held->execute("BEGIN");
        }
        CO_ASSERT_EQ(p.idle(), 0U);
        {
            auto held = co_await p.acquire(5s);
            CO_ASSERT_NE(held->backend_pid(), second);
            auto unfinished = co_await transaction::begin(*held);
        }
        CO_ASSERT_EQ(p.idle(), 0U);
        CO_ASSERT_EQ(p.in_use(), 0U);
    });
}

TEST(pool, an_idle_connection_that_was_killed_is_replaced)
{
    run([]() -> task<> {
        auto p = co_await make_pool(2);
        int first = 0;
        {
            auto held = co_await p.acquire(5s);
            first = held->backend_pid();
        }
        auto killer = co_await connection::open(shared_postgres().dsn());
        co_await killer.query("SELECT pg_terminate_backend($1, 5000)", first);
        auto held = co_await p.acquire(5s);
        CO_ASSERT_NE(held->backend_pid(), first);
        const auto answer = co_await held->query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
    });
}

TEST(pool, a_connection_idle_for_long_is_asked_before_it_is_lent)
{
    run([]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        pool_options options;
        options.max = 1;
        options.check_after = 0s;
        pool p(executor, shared_postgres().dsn(), connect_options(), options);
        int first = 0;
        {
            auto held = co_await p.acquire(5s);
            first = held->backend_pid();
        }
        {
            auto held = co_await p.acquire(5s);
            CO_ASSERT_EQ(held->backend_pid(), first); // it answered
        }
        ::kill(first, SIGSTOP); // silent, and nothing says goodbye
        auto held = co_await p.acquire(1s);
        ::kill(first, SIGCONT);
        CO_ASSERT_NE(held->backend_pid(), first);
    });
}

TEST(pool, idle_connections_are_closed_after_a_while)
{
    run([]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        pool_options options;
        options.idle_timeout = 1s;
        pool p(executor, shared_postgres().dsn(), connect_options(), options);
        {
            auto a = co_await p.acquire(5s);
            auto b = co_await p.acquire(5s);
        }
        CO_ASSERT_EQ(p.idle(), 2U);
        const auto none_is_idle = [&] { return p.idle() == 0; };
        co_await test::until(none_is_idle);
    });
}

TEST(pool, a_connection_that_cannot_be_made_gives_its_place_back)
{
    run([]() -> task<> {
        auto p = co_await make_pool(1, shared_postgres().dsn("nowhere"));
        for (int i = 0; i < 2; ++i) {
            std::string state;
            try {
                auto held = co_await p.acquire(5s);
            } catch (const error& e) {
                state = e.sqlstate();
            }
            CO_ASSERT_EQ(state, "3D000");
            CO_ASSERT_EQ(p.in_use(), 0U);
        }
    });
}

TEST(pool, a_lease_may_outlive_its_pool)
{
    run([]() -> task<> {
        std::optional<lease> held;
        {
            auto p = co_await make_pool(1);
            auto taken = co_await p.acquire(5s);
            held.emplace(std::move(taken));
        }
        const auto answer = co_await (*held)->query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
        held.reset();
    });
}

TEST(pool, closing_turns_waiters_away)
{
    run([]() -> task<> {
        auto p = co_await make_pool(1);
        auto held = co_await p.acquire(5s);
        bool refused = false;
        auto ask = [](pool& from, bool& turned_away) -> task<> {
            try {
                auto second = co_await from.acquire(20s);
            } catch (const error&) {
                turned_away = true;
            }
        };
        auto executor = co_await asio::this_coro::executor;
        asio::co_spawn(executor, ask(p, refused), [](std::exception_ptr) {});
        const auto one_waits = [&] { return p.waiting() == 1; };
        co_await test::until(one_waits);
        p.close();
        const auto is_refused = [&] { return refused; };
        co_await test::until(is_refused);
    });
}

} // namespace
} // namespace tropeiro::pg
