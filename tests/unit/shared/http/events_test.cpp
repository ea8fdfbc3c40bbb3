#include "fixture.hpp"

namespace tropeiro::http {
namespace {

using namespace test;

request get(std::string path)
{
    request out;
    out.path = std::move(path);
    return out;
}

bool take_all(const sse_event&) { return true; }

// Sends numbers until it is stopped, and says in `ended` that it was.
auto endless(bool& ended)
{
    return [&ended](request_context) -> task<response> {
        co_return event_response([&ended](event_stream& out) -> task<> {
            std::exception_ptr thrown;
            try {
                for (int i = 0;; ++i) {
                    co_await out.send("tick", std::to_string(i));
                    co_await rt::sleep_for(1ms);
                }
            } catch (...) {
                thrown = std::current_exception();
            }
            ended = true;
            std::rethrow_exception(thrown);
        });
    };
}

task<response> three(request_context)
{
    co_return event_response([](event_stream& out) -> task<> {
        co_await out.send("job", "{\"id\":1}", "11");
        co_await out.ping();
        co_await out.send("job", "two\nlines", "12");
        co_await out.send("message", "", "");
    });
}

TEST(events, arrive_in_order_with_name_id_and_lines)
{
    with_server({}, router({{"GET", "/events", three}}), [](server& one) -> task<> {
        std::vector<sse_event> got;
        auto take = [&](const sse_event& e) {
            got.push_back(e);
            return true;
        };
        co_await stream(one.url(), get("/events"), take, 10s);
        const std::vector<sse_event> expected{
            {"job", "{\"id\":1}", "11"}, {"job", "two\nlines", "12"}, {"message", "", "12"}};
        EXPECT_EQ(got, expected);
    });
}

TEST(events, a_client_that_goes_away_ends_the_handler)
{
    bool ended = false;
    with_server({}, router({{"GET", "/events", endless(ended)}}), [&](server& one) -> task<> {
        int seen = 0;
        auto take = [&](const sse_event&) { return ++seen < 3; };
        co_await stream(one.url(), get("/events"), take, 10s);
        EXPECT_EQ(seen, 3);
        auto holds = [&] { return ended && one.sessions() == 0; };
        co_await until(holds);
    });
    EXPECT_TRUE(ended);
}

TEST(events, a_client_of_a_quiet_stream_that_goes_away_is_noticed_too)
{
    bool ended = false;
    bool began = false;
    auto quiet = [&](request_context) -> task<response> {
        co_return event_response([&](event_stream&) -> task<> {
            began = true;
            std::exception_ptr thrown;
            try {
                co_await rt::sleep_for(1h);
            } catch (...) {
                thrown = std::current_exception();
            }
            ended = true;
            std::rethrow_exception(thrown);
        });
    };
    with_server({}, router({{"GET", "/events", quiet}}), [&](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        auto begun = [&] { return began; };
        co_await until(begun);
        client.close();
        auto holds = [&] { return ended && one.sessions() == 0; };
        co_await until(holds);
    });
}

TEST(events, stopping_ends_a_stream_with_its_last_chunk)
{
    bool ended = false;
    with_server({}, router({{"GET", "/events", endless(ended)}}), [&](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        co_await client.hear("data: 2");
        rt::task_group group(executor);
        group.spawn(one.stop(10s));
        const auto all = co_await client.hear_all();
        EXPECT_TRUE(all.ends_with("\r\n0\r\n\r\n")) << all;
        EXPECT_NE(all.find("Content-Type: text/event-stream"), std::string::npos);
        co_await group.join();
    });
    EXPECT_TRUE(ended);
}

TEST(events, a_client_that_reads_nothing_is_dropped_after_the_write_deadline)
{
    server_options options;
    options.write_deadline = 50ms;
    bool ended = false;
    auto flood = [&](request_context) -> task<response> {
        co_return event_response([&](event_stream& out) -> task<> {
            std::exception_ptr thrown;
            try {
                for (;;)
                    co_await out.send("x", std::string(1'000'000, 'x'));
            } catch (...) {
                thrown = std::current_exception();
            }
            ended = true;
            std::rethrow_exception(thrown);
        });
    };
    with_server(options, router({{"GET", "/events", flood}}), [&](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        auto holds = [&] { return ended && one.sessions() == 0; };
        co_await until(holds);
    });
}

TEST(events, a_handler_that_breaks_breaks_the_stream_and_the_client_says_so)
{
    auto breaking = [](request_context) -> task<response> {
        co_return event_response([](event_stream& out) -> task<> {
            co_await out.send("one", "1");
            throw failure(error_kind::unreachable, "control database is gone");
        });
    };
    with_server({}, router({{"GET", "/events", breaking}}), [](server& one) -> task<> {
        error got;
        try {
            co_await stream(one.url(), get("/events"), take_all, 10s);
        } catch (const failure& f) {
            got = f.what_went_wrong();
        }
        EXPECT_EQ(got.kind, error_kind::unreachable);
    });
}

TEST(events, an_error_answer_instead_of_a_stream_is_that_error)
{
    auto missing = [](request_context) -> task<response> {
        throw failure(error_kind::not_found, "there is no rollout 9");
        co_return response{};
    };
    with_server({}, router({{"GET", "/events", missing}}), [](server& one) -> task<> {
        error got;
        try {
            co_await stream(one.url(), get("/events"), take_all, 10s);
        } catch (const failure& f) {
            got = f.what_went_wrong();
        }
        EXPECT_EQ(got.kind, error_kind::not_found);
        EXPECT_EQ(got.message, "there is no rollout 9");
    });
}

TEST(events, a_stream_that_falls_silent_is_given_up)
{
    auto quiet = [](request_context) -> task<response> {
        co_return event_response([](event_stream&) -> task<> { co_await rt::sleep_for(1h); });
    };
    with_server({}, router({{"GET", "/events", quiet}}), [](server& one) -> task<> {
        error got;
        try {
            co_await stream(one.url(), get("/events"), take_all, 50ms);
        } catch (const failure& f) {
            got = f.what_went_wrong();
        }
        EXPECT_EQ(got.kind, error_kind::unreachable);
    });
}

TEST(sse_parser, reads_events_cut_anywhere_and_any_line_end)
{
    const std::string wire =
        ": hello\r\nevent: a\r\ndata: 1\r\n\r\ndata:2\ndata: 3\nid: 7\n\nevent: empty\n\rdata: x\r\r";
    const std::vector<sse_event> expected{{"a", "1", ""}, {"message", "2\n3", "7"}, {"message", "x", "7"}};
    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
        sse_parser parser;
        auto got = parser.feed(std::string_view(wire).substr(0, cut));
        for (auto& e : parser.feed(std::string_view(wire).substr(cut)))
            got.push_back(std::move(e));
        EXPECT_EQ(got, expected) << "cut at " << cut;
    }
}

TEST(sse, what_is_written_is_read_back)
{
    const sse_event e{"job", "a\n\nb: c\r\nd", "4"};
    sse_parser parser;
    const auto got = parser.feed(format_event(e));
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].data, "a\n\nb: c\nd");
    EXPECT_EQ(format_event({"x\ndata: forged", "1", ""}), "event: x data: forged\ndata: 1\n\n");
}

} // namespace
} // namespace tropeiro::http
