// How a connection fails: at the door, in the middle, by a deadline, by cancellation.
#include "shared/base/clock.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/deadline.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <csignal>

namespace tropeiro::pg {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::shared_postgres;

// What opening throws; empty when it does not throw pg::error.
task<std::optional<error>> refusal(dsn where, connect_options options = connect_options())
{
    try {
        const auto opened = co_await connection::open(std::move(where), std::move(options));
    } catch (const error& e) {
        co_return e;
    }
    co_return std::nullopt;
}

task<std::optional<error>> trouble(task<rows> work)
{
    try {
        const auto answer = co_await std::move(work);
    } catch (const error& e) {
        co_return e;
    }
    co_return std::nullopt;
}

TEST(connection_failure, nobody_listens)
{
    run([]() -> task<> {
        auto where = shared_postgres().dsn();
        where.port = std::to_string(test::free_port());
        where.password = secret("hush");
        const auto e = co_await refusal(where);
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->kind(), error_kind::unreachable);
        CO_ASSERT_EQ(e->sqlstate(), state_no_connection);
        CO_ASSERT_NE(std::string(e->what()).find(where.where()), std::string::npos);
        CO_ASSERT_EQ(std::string(e->what()).find("hush"), std::string::npos);
    });
}

TEST(connection_failure, a_name_that_does_not_exist)
{
    run([]() -> task<> {
        auto where = shared_postgres().dsn();
        where.host = "no-such-host.invalid";
        const auto e = co_await refusal(where);
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->kind(), error_kind::unreachable);
        CO_ASSERT_NE(std::string(e->what()).find("no-such-host.invalid"), std::string::npos);
    });
}

TEST(connection_failure, no_such_database_is_not_found)
{
    run([]() -> task<> {
        const auto e = co_await refusal(shared_postgres().dsn("nowhere"));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->sqlstate(), "3D000");
        CO_ASSERT_EQ(e->kind(), error_kind::not_found);
        CO_ASSERT_NE(e->message().find("database \"nowhere\" does not exist"), std::string::npos);
        CO_ASSERT_EQ(e->message().find("3D000"), std::string::npos);
    });
}

TEST(connection_failure, an_unknown_setting_is_named)
{
    run([]() -> task<> {
        connect_options options;
        options.settings = {{"no_such_setting", "1"}};
        const auto e = co_await refusal(shared_postgres().dsn(), options);
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_NE(e->message().find("no_such_setting"), std::string::npos);
    });
}

TEST(connection_failure, a_server_that_accepts_and_says_nothing_is_left_after_the_timeout)
{
    run([]() -> task<> {
        // The kernel completes the handshake of a listening socket that nobody accepts from.
        auto executor = co_await asio::this_coro::executor;
        const asio::ip::tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
        const asio::ip::tcp::acceptor mute(executor, any);
        auto where = shared_postgres().dsn();
        where.port = std::to_string(mute.local_endpoint().port());
        connect_options options;
        options.timeout = 1s;
        const auto started = steady::now();
        const auto e = co_await refusal(where, options);
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->sqlstate(), state_no_reply);
        CO_ASSERT_EQ(e->kind(), error_kind::unreachable);
        CO_ASSERT_LT(seconds_since(started), 8.0);
    });
}

TEST(connection_failure, a_killed_backend_s_last_words_are_heard)
{
    run([]() -> task<> {
        auto victim = co_await connection::open(shared_postgres().dsn());
        auto killer = co_await connection::open(shared_postgres().dsn());
        co_await killer.query("SELECT pg_terminate_backend($1)", victim.backend_pid());
        const auto e = co_await trouble(victim.query("SELECT pg_sleep(30)"));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_TRUE(is_connection_lost(*e));
        CO_ASSERT_EQ(e->sqlstate(), "57P01");
        CO_ASSERT_FALSE(victim.usable());
        const auto again = co_await trouble(victim.query("SELECT 1"));
        CO_ASSERT_TRUE(is_connection_lost(*again));
    });
}

TEST(connection_failure, a_crashed_server_is_a_lost_connection)
{
    test::postgres_server server;
    run([&]() -> task<> {
        auto c = co_await connection::open(server.dsn());
        server.stop();
        const auto e = co_await trouble(c.query("SELECT 1"));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_TRUE(is_connection_lost(*e));
        CO_ASSERT_EQ(e->kind(), error_kind::unreachable);
        CO_ASSERT_FALSE(c.usable());
        server.start();
        auto fresh = co_await connection::open(server.dsn());
        const auto answer = co_await fresh.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
    });
}

TEST(connection_failure, cancel_stops_the_statement_and_keeps_the_connection)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        std::optional<error> e;
        bool ended = false;
        auto executor = co_await asio::this_coro::executor;
        auto sleeping = [](connection& on, std::optional<error>& into, bool& done) -> task<> {
            into = co_await trouble(on.query("SELECT pg_sleep(30)"));
            done = true;
        };
        asio::co_spawn(executor, sleeping(c, e, ended), [](std::exception_ptr) {});
        auto watcher = co_await connection::open(shared_postgres().dsn());
        bool active = false;
        while (!active) {
            const auto seen = co_await watcher.query(
                "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", c.backend_pid());
            active = !seen.empty();
        }
        co_await c.cancel();
        const auto has_ended = [&] { return ended; };
        co_await test::until(has_ended);
        CO_ASSERT_EQ(e->sqlstate(), "57014");
        CO_ASSERT_TRUE(c.usable());
        const auto answer = co_await c.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
    });
}

TEST(connection_failure, a_server_that_stands_still_meets_the_deadline)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        const auto pid = c.backend_pid();
        c.set_timeout(10s);
        const auto answer = co_await c.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
        c.set_timeout(200ms);
        ::kill(pid, SIGSTOP);
        const auto started = steady::now();
        const auto e = co_await trouble(c.query("SELECT 1"));
        ::kill(pid, SIGCONT);
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->sqlstate(), state_no_reply);
        CO_ASSERT_EQ(e->kind(), error_kind::unreachable);
        CO_ASSERT_GE(seconds_since(started), 0.19);
        CO_ASSERT_LT(seconds_since(started), 10.0);
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(connection_failure, a_deadline_counts_for_each_operation_anew)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        c.set_timeout(1s);
        for (int i = 0; i < 6; ++i)
            co_await c.query("SELECT pg_sleep(0.25)");
        co_await test::pause(1100ms); // an idle connection has no deadline
        const auto answer = co_await c.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(connection_failure, cancellation_breaks_out_of_a_wait_and_breaks_the_connection)
{
    asio::io_context context(1);
    std::optional<connection> c;
    test::run_on(context, [&]() -> task<> { c = co_await connection::open(shared_postgres().dsn()); }());
    asio::cancellation_signal stop;
    std::exception_ptr thrown;
    bool ended = false;
    auto sleeping = [](connection& on) -> task<> { co_await on.query("SELECT pg_sleep(30)"); };
    asio::co_spawn(context, sleeping(*c),
                   asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) {
                       thrown = e;
                       ended = true;
                   }));
    context.restart();
    context.run_for(50ms);
    ASSERT_FALSE(ended);
    stop.emit(asio::cancellation_type::terminal);
    context.run_for(5s);
    ASSERT_TRUE(ended);
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
        EXPECT_EQ(e.code(), asio::error::operation_aborted);
    }
    EXPECT_FALSE(c->usable());
    c.reset();
}

TEST(connection_failure, an_outer_deadline_works_too)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        bool overdue = false;
        try {
            auto work = c.query("SELECT pg_sleep(30)");
            co_await rt::with_deadline(std::move(work), 100ms, "sleeping");
        } catch (const failure& e) {
            overdue = e.kind() == error_kind::unreachable;
        }
        CO_ASSERT_TRUE(overdue);
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(connection_failure, a_query_that_was_never_begun_changes_nothing)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        {
            const auto never = c.query("SELECT 1");
        }
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(connection_failure, the_loop_may_die_in_the_middle_of_a_query)
{
    auto sleeping = []() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        c.set_timeout(30s);
        co_await c.query("SELECT pg_sleep(30)");
    };
    bool ended = false;
    {
        asio::io_context context(1);
        asio::co_spawn(context, sleeping(), [&](std::exception_ptr) { ended = true; });
        context.run_for(100ms);
    }
    EXPECT_FALSE(ended);
}

TEST(connection_failure, two_coroutines_may_not_use_it_at_once)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto executor = co_await asio::this_coro::executor;
        bool first_done = false;
        auto slow = [](connection& on, bool& done) -> task<> {
            co_await on.query("SELECT pg_sleep(0.2)");
            done = true;
        };
        asio::co_spawn(executor, slow(c, first_done), [](std::exception_ptr) {});
        co_await test::pause(20ms);
        bool refused = false;
        try {
            co_await c.query("SELECT 1");
        } catch (const failure&) {
            refused = true;
        }
        CO_ASSERT_TRUE(refused);
        const auto first_is_done = [&] { return first_done; };
        co_await test::until(first_is_done);
        CO_ASSERT_TRUE(c.usable());
    });
}

} // namespace
} // namespace tropeiro::pg
