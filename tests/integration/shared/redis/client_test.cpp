#include "shared/redis/client.hpp"
#include "shared/redis/script.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

using namespace tropeiro;
using namespace tropeiro::test;
using namespace std::chrono_literals;

namespace {

redis::url tcp() { return redis::parse_url(shared_redis().url(), "REDIS_URL").value(); }
redis::url unix_socket() { return redis::parse_url(shared_redis().socket_url(), "REDIS_URL").value(); }

template <class Thrown>
task<std::optional<Thrown>> thrown_by(task<redis::reply> call)
{
    std::optional<Thrown> caught;
    try {
        co_await std::move(call);
    } catch (const Thrown& e) {
        caught = e;
    }
    co_return caught;
}

} // namespace

TEST(redis_client, sets_and_gets_over_tcp_and_over_a_unix_socket)
{
    run([&]() -> task<> {
        for (const auto& address : {tcp(), unix_socket()}) {
            auto client = co_await redis::client::open(address);
            redis::command set("SET", "greeting", std::string("a\0b\r\n", 5));
            const auto ok = co_await client.call(std::move(set));
            CO_ASSERT_EQ(ok.string(), "OK");
            redis::command get("GET", "greeting");
            const auto answer = co_await client.call(std::move(get));
            CO_ASSERT_EQ(answer.string(), std::string("a\0b\r\n", 5));
        }
    });
}

TEST(redis_client, a_large_value_crosses_in_many_pieces)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        const std::string value(5'000'000, 'x');
        redis::command echo("ECHO", value);
        const auto answer = co_await client.call(std::move(echo));
        CO_ASSERT_TRUE(answer.string() == value);
    });
}

TEST(redis_client, a_pipeline_keeps_the_order_and_carries_errors_as_answers)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        std::vector<redis::command> commands;
        commands.emplace_back("SET", "counter", 5);
        commands.emplace_back("LPUSH", "counter", "x");
        commands.emplace_back("INCR", "counter");
        const auto answers = co_await client.pipeline(std::move(commands));
        CO_ASSERT_EQ(answers.size(), 3u);
        CO_ASSERT_EQ(answers[0].string(), "OK");
        CO_ASSERT_TRUE(answers[1].is_error());
        CO_ASSERT_EQ(answers[2].integer(), 6);
        CO_ASSERT_TRUE(client.is_open());
    });
}

TEST(redis_client, an_error_answer_is_thrown_and_leaves_the_connection_open)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        auto call = client.call(redis::command("NOSUCHCOMMAND"));
        const auto e = co_await thrown_by<redis::error>(std::move(call));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->code(), "ERR");
        CO_ASSERT_TRUE(client.is_open());
    });
}

TEST(redis_client, calls_of_many_coroutines_take_turns_and_get_their_own_answers)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        int right = 0;
        const auto one = [&](int number) -> task<> {
            redis::command echo("ECHO", number);
            const auto answer = co_await client.call(std::move(echo));
            if (answer.integer() == number) ++right;
        };
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group group(executor);
        for (int i = 0; i < 100; ++i)
            group.spawn(one(i));
        co_await group.join();
        CO_ASSERT_EQ(right, 100);
    });
}

TEST(redis_client, nobody_listening_is_unreachable_and_names_the_address)
{
    run([&]() -> task<> {
        auto nowhere = tcp();
        nowhere.port = 1;
        std::optional<redis::error> caught;
        try {
            co_await redis::client::open(nowhere);
        } catch (const redis::error& e) {
            caught = e;
        }
        CO_ASSERT_TRUE(caught.has_value());
        CO_ASSERT_TRUE(caught->is_connection_lost());
        CO_ASSERT_TRUE(caught->kind() == error_kind::unreachable);
        CO_ASSERT_NE(std::string(caught->what()).find("127.0.0.1:1"), std::string::npos);
    });
}

TEST(redis_client, a_missing_socket_file_is_unreachable)
{
    run([&]() -> task<> {
        redis::url nowhere;
        nowhere.path = "/nonexistent/redis.sock";
        bool caught = false;
        try {
            co_await redis::client::open(nowhere);
        } catch (const redis::connection_lost&) {
            caught = true;
        }
        CO_ASSERT_TRUE(caught);
    });
}

TEST(redis_client, a_deadline_closes_the_connection_because_the_answer_may_still_come)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        redis::command block("BLPOP", "nothing-ever", 30);
        auto call = client.call(std::move(block), 50ms);
        const auto e = co_await thrown_by<failure>(std::move(call));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_TRUE(e->kind() == error_kind::unreachable);
        CO_ASSERT_NE(std::string(e->what()).find("BLPOP"), std::string::npos);
        CO_ASSERT_FALSE(client.is_open());
        auto again = client.call(redis::command("PING"));
        const auto closed = co_await thrown_by<redis::connection_lost>(std::move(again));
        CO_ASSERT_TRUE(closed.has_value());
        CO_ASSERT_NE(std::string(closed->what()).find("closed"), std::string::npos);
    });
}

TEST(redis_client, a_call_that_waits_in_vain_for_its_turn_does_not_break_the_one_before_it)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group group(executor);
        bool first_answered = false;
        const auto first = [&]() -> task<> {
            redis::command block("BLPOP", "nothing-ever", 0.3);
            co_await client.call(std::move(block));
            first_answered = true;
        };
        group.spawn(first());
        co_await pause(20ms);
        auto impatient = client.call(redis::command("PING"), 20ms);
        const auto e = co_await thrown_by<failure>(std::move(impatient));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_TRUE(client.is_open());
        co_await group.join();
        CO_ASSERT_TRUE(first_answered);
        co_await client.call(redis::command("PING"));
    });
}

TEST(redis_client, cancelling_a_call_ends_it_at_once_and_closes_the_connection)
{
    run([&]() -> task<> {
        auto client = co_await redis::client::open(tcp());
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group group(executor);
        const auto blocked = [&]() -> task<> {
            redis::command block("BLPOP", "nothing-ever", 30);
            co_await client.call(std::move(block), 40s);
        };
        group.spawn(blocked());
        co_await pause(20ms);
        const auto start = steady::now();
        group.cancel_all(rt::hard);
        co_await group.join();
        CO_ASSERT_LT(seconds_since(start), 5.0);
        CO_ASSERT_FALSE(client.is_open());
    });
}

TEST(redis_client, a_wrong_password_is_refused_and_stands_in_no_message)
{
    redis_server server;
    server.command("CONFIG SET requirepass right");
    run([&]() -> task<> {
        auto address = redis::parse_url(server.socket_url(), "REDIS_URL").value();
        address.password = secret("hunter2");
        std::optional<redis::error> caught;
        try {
            co_await redis::client::open(address);
        } catch (const redis::error& e) {
            caught = e;
        }
        CO_ASSERT_TRUE(caught.has_value());
        CO_ASSERT_EQ(caught->code(), "WRONGPASS");
        CO_ASSERT_TRUE(caught->kind() == error_kind::refused);
        CO_ASSERT_EQ(std::string(caught->what()).find("hunter2"), std::string::npos);

        address.password = secret();
        bool asked = false;
        try {
            co_await redis::client::open(address);
        } catch (const redis::error& e) {
            asked = e.code() == "NOAUTH";
        }
        CO_ASSERT_TRUE(asked);

        address.password = secret("right");
        auto client = co_await redis::client::open(address);
        CO_ASSERT_TRUE(client.is_open());
    });
}

TEST(redis_server, is_up_when_it_wants_a_password)
{
    redis_server server({"--requirepass", "right"});
    EXPECT_TRUE(server.command("DBSIZE").starts_with("-NOAUTH"));
    run([&]() -> task<> {
        auto address = redis::parse_url(server.socket_url(), "REDIS_URL").value();
        address.password = secret("right");
        auto client = co_await redis::client::open(address);
        CO_ASSERT_TRUE(client.is_open());
    });
}

TEST(redis_client, the_database_of_the_url_is_selected)
{
    run([&]() -> task<> {
        auto address = tcp();
        address.database = 3;
        auto client = co_await redis::client::open(address);
        redis::command set("SET", "only-in-3", 1);
        co_await client.call(std::move(set));
        auto other = co_await redis::client::open(tcp());
        redis::command exists("EXISTS", "only-in-3");
        const auto answer = co_await other.call(std::move(exists));
        CO_ASSERT_EQ(answer.integer(), 0);
    });
}

TEST(reconnecting_client, opens_again_after_the_server_came_back)
{
    redis_server server;
    run([&]() -> task<> {
        redis::reconnecting_client client(redis::parse_url(server.url(), "REDIS_URL").value());
        co_await client.call(redis::command("PING"));
        server.kill9();
        auto lost = client.call(redis::command("PING"));
        const auto gone = co_await thrown_by<redis::connection_lost>(std::move(lost));
        CO_ASSERT_TRUE(gone.has_value());
        auto refused = client.call(redis::command("PING"));
        const auto nobody = co_await thrown_by<redis::connection_lost>(std::move(refused));
        CO_ASSERT_TRUE(nobody.has_value());
        server.start();
        const auto answer = co_await client.call(redis::command("PING"));
        CO_ASSERT_EQ(answer.string(), "PONG");
    });
}

TEST(redis_script, is_loaded_once_and_again_after_a_flush)
{
    run([&]() -> task<> {
        redis::reconnecting_client client(tcp());
        const redis::script twice("twice", "return {KEYS[1], ARGV[1] * 2}");
        for (const bool flush : {false, false, true}) {
            if (flush) {
                redis::command forget("SCRIPT", "FLUSH");
                co_await client.call(std::move(forget));
            }
            std::vector<std::string> keys{"k"};
            std::vector<std::string> args{"21"};
            const auto answer = co_await redis::evaluate(client, twice, std::move(keys), std::move(args));
            CO_ASSERT_EQ(answer[0].string(), "k");
            CO_ASSERT_EQ(answer[1].integer(), 42);
        }
    });
}

TEST(redis_script, an_error_inside_it_is_thrown_with_its_words)
{
    run([&]() -> task<> {
        redis::reconnecting_client client(tcp());
        const redis::script bad("bad", "return redis.call('INCR', KEYS[1], 'too', 'many')");
        std::vector<std::string> keys{"k"};
        auto call = redis::evaluate(client, bad, std::move(keys), std::vector<std::string>());
        const auto e = co_await thrown_by<redis::error>(std::move(call));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_NE(std::string(e->what()).find("Wrong number of args"), std::string::npos);
    });
}
