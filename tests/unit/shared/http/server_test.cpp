#include "fixture.hpp"
#include "shared/http/auth.hpp"
#include "shared/http/server.hpp"

#include <boost/json/object.hpp>

namespace tropeiro::http {
namespace {

using namespace test;

task<response> echo(request_context context)
{
    boost::json::object out;
    out["method"] = context.asked.method;
    out["id"] = context.path_parameters.count("id") == 0 ? "" : context.path("id");
    out["wave"] = context.asked.parameter("wave", "none");
    out["body"] = context.asked.body;
    co_return json_response(out);
}

task<response> conflict(request_context)
{
    throw failure(error_kind::conflict, "rollout 7 is running", "pause it first");
    co_return response{};
}

task<response> broken(request_context)
{
    throw std::runtime_error("the password is hunter2");
    co_return response{};
}

router routes()
{
    return router({{"GET", "/v1/rollouts/{id}", echo},
                   {"POST", "/v1/rollouts", echo},
                   {"DELETE", "/v1/rollouts/{id}", conflict},
                   {"GET", "/v1/broken", broken},
                   {"GET", "/healthz", echo, access::open}});
}

request get(std::string path)
{
    request out;
    out.path = std::move(path);
    return out;
}

request post(std::string path, std::string body)
{
    request out;
    out.method = "POST";
    out.path = std::move(path);
    out.body = std::move(body);
    return out;
}

TEST(server, a_request_reaches_its_handler_with_parameters_query_and_body)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto asked = get("/v1/rollouts/" + encode_segment("a b/c"));
        asked.query["wave"] = "2 & 3";
        const auto answer = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(answer.status, 200U);
        const auto body = json_body(answer).as_object();
        EXPECT_EQ(body.at("id"), "a b/c");
        EXPECT_EQ(body.at("wave"), "2 & 3");
        const auto posted = co_await send(one.url(), post("/v1/rollouts", "{\"x\":1}"), 10s);
        EXPECT_EQ(json_body(posted).as_object().at("body"), "{\"x\":1}");
    });
}

TEST(server, unknown_paths_are_404_and_wrong_methods_405_with_the_right_ones)
{
    with_server({}, routes(), [](server& one) -> task<> {
        const auto missing = co_await send(one.url(), get("/v2/rollouts"), 10s);
        EXPECT_EQ(missing.status, 404U);
        EXPECT_EQ(error_of(missing, one.url()).message, "there is no /v2/rollouts");
        const auto wrong = co_await send(one.url(), post("/v1/rollouts/7", ""), 10s);
        EXPECT_EQ(wrong.status, 405U);
        EXPECT_EQ(wrong.headers.at("allow"), "DELETE, GET");
    });
}

TEST(server, what_a_handler_throws_becomes_an_answer_and_the_session_goes_on)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto asked = get("/v1/rollouts/7");
        asked.method = "DELETE";
        const auto answer = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(answer.status, 409U);
        const auto e = error_of(answer, one.url());
        EXPECT_EQ(e.kind, error_kind::conflict);
        EXPECT_EQ(e.message, "rollout 7 is running");
        EXPECT_EQ(e.hint, "pause it first");
    });
}

TEST(server, words_of_foreign_exceptions_do_not_leave_the_house)
{
    with_server({}, routes(), [](server& one) -> task<> {
        const auto answer = co_await send(one.url(), get("/v1/broken"), 10s);
        EXPECT_EQ(answer.status, 500U);
        EXPECT_EQ(answer.body.find("hunter2"), std::string::npos);
    });
}

TEST(server, keeps_the_connection_and_answers_pipelined_requests_in_order)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say(
            "GET /v1/rollouts/1 HTTP/1.1\r\nHost: h\r\n\r\nGET /v1/rollouts/2 HTTP/1.1\r\nHost: h\r\n\r\n"
            "HEAD /v1/rollouts/3 HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto two = co_await client.hear("\"2\"");
        EXPECT_LT(two.find("\"1\""), two.find("\"2\""));
        co_await client.say("GET /v1/rollouts/4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        const auto all = co_await client.hear_all();
        EXPECT_EQ(count_of(all, "HTTP/1.1 200 OK"), 4);
        EXPECT_EQ(all.find("\"3\""), std::string::npos); // HEAD has no body
        EXPECT_NE(all.find("\"4\""), std::string::npos);
    });
}

TEST(server, an_http_1_0_client_gets_its_answer_and_the_end)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say("GET /healthz HTTP/1.0\r\n\r\n");
        const auto all = co_await client.hear_all();
        EXPECT_TRUE(all.starts_with("HTTP/1.0 200 OK"));
    });
}

TEST(server, a_body_over_the_limit_is_413_whether_announced_or_chunked)
{
    server_options options;
    options.body_limit = 1000;
    with_server(options, routes(), [](server& one) -> task<> {
        const auto fits = co_await send(one.url(), post("/v1/rollouts", std::string(1000, 'x')), 10s);
        EXPECT_EQ(fits.status, 200U);
        const auto large = co_await send(one.url(), post("/v1/rollouts", std::string(5'000'000, 'x')), 10s);
        EXPECT_EQ(large.status, 413U);
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say(
            "POST /v1/rollouts HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
            std::string(0x800, 'x') + "\r\n");
        const auto all = co_await client.hear_all();
        EXPECT_TRUE(all.starts_with("HTTP/1.1 413")) << all;
    });
}

TEST(server, what_is_no_http_is_400_and_an_endless_header_431)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client garbage(executor);
        co_await garbage.connect(one.port());
        co_await garbage.say("this is no request\r\n\r\n");
        const auto first = co_await garbage.hear_all();
        EXPECT_TRUE(first.starts_with("HTTP/1.1 400")) << first;
        raw_client target(executor);
        co_await target.connect(one.port());
        co_await target.say("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto second = co_await target.hear_all();
        EXPECT_TRUE(second.starts_with("HTTP/1.1 400")) << second;
        raw_client endless(executor);
        co_await endless.connect(one.port());
        co_await endless.say("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x'));
        const auto third = co_await endless.hear_all();
        EXPECT_TRUE(third.starts_with("HTTP/1.1 431")) << third;
    });
}

TEST(server, expect_100_continue_is_answered_before_the_body)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client client(executor);
        co_await client.connect(one.port());
        co_await client.say(
            "POST /v1/rollouts HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        const auto first = co_await client.hear("\r\n\r\n");
        EXPECT_TRUE(first.starts_with("HTTP/1.1 100"));
        co_await client.say("ok");
        const auto all = co_await client.hear("\"ok\"");
        EXPECT_NE(all.find("HTTP/1.1 200 OK"), std::string::npos);
    });
}

TEST(server, a_client_that_drips_its_header_or_says_nothing_is_dropped)
{
    server_options options;
    options.header_deadline = 50ms;
    options.body_deadline = 50ms;
    options.idle_deadline = 50ms;
    with_server(options, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client dripping(executor);
        raw_client silent(executor);
        raw_client half(executor);
        co_await dripping.connect(one.port());
        co_await silent.connect(one.port());
        co_await half.connect(one.port());
        co_await dripping.say("GET / HT");
        co_await half.say("POST /v1/rollouts HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
        const auto first = co_await dripping.hear_all();
        const auto second = co_await silent.hear_all();
        const auto third = co_await half.hear_all();
        EXPECT_EQ(first + second + third, "");
        auto holds = [&] { return one.sessions() == 0; };
        co_await until(holds);
    });
}

TEST(server, with_a_token_only_open_routes_answer_strangers)
{
    server_options options;
    options.token = secret("s3cret");
    with_server(options, routes(), [](server& one) -> task<> {
        auto asked = get("/v1/rollouts/1");
        const auto stranger = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(stranger.status, 401U);
        EXPECT_EQ(error_of(stranger, one.url()).kind, error_kind::refused);
        const auto guess = co_await send(one.url(), get("/v1/unknown"), 10s);
        EXPECT_EQ(guess.status, 401U);
        const auto health = co_await send(one.url(), get("/healthz"), 10s);
        EXPECT_EQ(health.status, 200U);
        authorize(asked, secret("s3cret"));
        const auto friendly = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(friendly.status, 200U);
        authorize(asked, secret("s3crex"));
        const auto wrong = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(wrong.status, 401U);
        asked.headers.clear();
        asked.headers["cookie"] = "theme=dark; tropeiro_token=s3cret";
        const auto browser = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(browser.status, 200U);
    });
}

TEST(server, a_page_of_another_site_cannot_change_anything)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto asked = post("/v1/rollouts", "{}");
        asked.headers["origin"] = "http://evil.example";
        const auto refused = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(refused.status, 403U);
        asked.headers["origin"] = one.url();
        const auto own = co_await send(one.url(), asked, 10s);
        EXPECT_EQ(own.status, 200U);
    });
}

TEST(server, above_the_limit_of_sessions_clients_wait_for_their_turn)
{
    server_options options;
    options.max_sessions = 1;
    with_server(options, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        raw_client first(executor);
        raw_client second(executor);
        co_await first.connect(one.port());
        auto holds = [&] { return one.sessions() == 1; };
        co_await until(holds);
        co_await second.connect(one.port());
        co_await second.say("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        first.close();
        const auto all = co_await second.hear_all();
        EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK"));
    });
}

TEST(server, a_taken_port_is_a_conflict_that_says_so)
{
    with_server({}, routes(), [](server& one) -> task<> {
        auto executor = co_await asio::this_coro::executor;
        server_options same;
        same.port = one.port();
        error got;
        try {
            server other(executor, same, routes());
        } catch (const failure& f) {
            got = f.what_went_wrong();
        }
        EXPECT_EQ(got.kind, error_kind::conflict);
        EXPECT_NE(got.message.find(std::to_string(one.port())), std::string::npos);
    });
}

} // namespace
} // namespace tropeiro::http
