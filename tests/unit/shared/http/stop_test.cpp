#include "fixture.hpp"

namespace tropeiro::http {
namespace {

using namespace test;

TEST(server, stopping_answers_what_is_under_way_and_ends_idle_sessions)
{
    bool entered = false;
    bool released = false;
    auto slow = [&](request_context) -> task<response> {
        entered = true;
        auto holds = [&] { return released; };
        co_await until(holds);
        co_return text_response("done", "text/plain");
    };
    with_server({}, router({{"GET", "/slow", slow}}), [&](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client busy(executor);
        raw_client idle(executor);
        co_await busy.connect(one.port());
        co_await idle.connect(one.port());
        co_await busy.say("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
        auto holds = [&] { return entered && one.sessions() == 2; };
        co_await until(holds);
        rt::task_group group(executor);
        group.spawn(one.stop(10s));
        const auto nothing = co_await idle.hear_all();
        EXPECT_EQ(nothing, "");
        released = true;
        const auto answer = co_await busy.hear_all();
        EXPECT_TRUE(answer.ends_with("done"));
        EXPECT_NE(answer.find("Connection: close"), std::string::npos);
        co_await group.join();
    });
}

TEST(server, after_the_grace_a_stuck_handler_is_cut)
{
    bool entered = false;
    bool cancelled = false;
    auto stuck = [&](request_context) -> task<response> {
        entered = true;
        std::exception_ptr thrown;
        try {
            co_await rt::sleep_for(1h);
        } catch (...) {
            thrown = std::current_exception();
        }
        cancelled = rt::is_cancelled(thrown);
        std::rethrow_exception(thrown);
    };
    with_server({}, router({{"GET", "/stuck", stuck}}), [&](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say("GET /stuck HTTP/1.1\r\nHost: h\r\n\r\n");
        auto holds = [&] { return entered; };
        co_await until(holds);
        co_await one.stop(20ms);
        EXPECT_EQ(one.sessions(), 0U);
    });
    EXPECT_TRUE(cancelled);
}

} // namespace
} // namespace tropeiro::http
