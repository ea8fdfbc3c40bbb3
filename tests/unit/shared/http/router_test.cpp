#include "shared/http/client.hpp"
#include "tests/unit/shared/rt/run.hpp"
#include "shared/http/router.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <array>

using namespace std::chrono_literals;

namespace tropeiro::http {
namespace {

task<response> nothing(request_context) { co_return response{}; }

router table()
{
    return router({{"GET", "/", nothing},
                   {"GET", "/v1/rollouts/{id}", nothing},
                   {"GET", "/v1/rollouts/latest", nothing},
                   {"POST", "/v1/rollouts", nothing},
                   {"GET", "/v1/{noun}/all", nothing},
                   {"GET", "/static/{file*}", nothing}});
}

std::string found(std::string_view method, std::string_view path)
{
    const auto routes = table();
    const auto at = routes.find(method, path);
    return at.found == nullptr ? "" : at.found->pattern;
}

TEST(router, a_literal_beats_a_parameter_wherever_they_stand_in_the_table)
{
    EXPECT_EQ(found("GET", "/v1/rollouts/7"), "/v1/rollouts/{id}");
    EXPECT_EQ(found("GET", "/v1/rollouts/latest"), "/v1/rollouts/latest");
    EXPECT_EQ(found("GET", "/v1/rollouts/all"), "/v1/rollouts/{id}"); // the earlier literal counts more
    EXPECT_EQ(found("GET", "/v1/jobs/all"), "/v1/{noun}/all");
}

TEST(router, slashes_at_the_end_and_the_root)
{
    EXPECT_EQ(found("GET", "/"), "/");
    EXPECT_EQ(found("GET", "/v1/rollouts/7/"), "/v1/rollouts/{id}");
    EXPECT_EQ(found("HEAD", "/v1/rollouts/7"), "/v1/rollouts/{id}");
    EXPECT_EQ(found("GET", "/v1/rollouts/7/jobs"), "");
    EXPECT_EQ(found("GET", "/v1"), "");
}

TEST(router, parameters_are_decoded_and_the_rest_takes_all_segments)
{
    const auto routes = table();
    EXPECT_EQ(routes.find("GET", "/v1/rollouts/a%2Fb%20c").parameters.at("id"), "a/b c");
    EXPECT_EQ(routes.find("GET", "/static/css/app.css").parameters.at("file"), "css/app.css");
    EXPECT_EQ(routes.find("GET", "/v1/rollouts/%zz").found, nullptr);
}

TEST(router, another_method_is_told_which_are_allowed)
{
    const auto routes = table();
    const auto at = routes.find("DELETE", "/v1/rollouts");
    EXPECT_EQ(at.found, nullptr);
    EXPECT_EQ(at.allowed, std::vector<std::string>{"POST"});
}

TEST(messages, errors_survive_the_way_over_the_wire)
{
    for (const auto kind : {error_kind::failed, error_kind::usage, error_kind::partial, error_kind::not_found,
                            error_kind::conflict, error_kind::refused, error_kind::unreachable}) {
        const auto answer = error_response(error{kind, "what \"happened\"", "do that"});
        const auto back = error_of(answer, "http://h:1");
        EXPECT_EQ(back.kind, kind);
        EXPECT_EQ(back.message, "what \"happened\"");
        EXPECT_EQ(back.hint, "do that");
    }
    EXPECT_EQ(error_response(error{error_kind::not_found, "x", {}}).status, 404U);
    EXPECT_EQ(error_response(error{error_kind::partial, "x", {}}).status, 500U);
}

TEST(messages, an_answer_that_is_not_ours_is_quoted)
{
    const auto e = error_of(text_response("<html>Bad gateway</html>", "text/html", 502), "http://proxy:80");
    EXPECT_EQ(e.kind, error_kind::unreachable);
    EXPECT_EQ(e.message, "http://proxy:80: 502 and: <html>Bad gateway</html>");
}

TEST(messages, a_body_that_is_no_json_is_a_usage_error)
{
    request asked;
    asked.body = "{";
    EXPECT_THROW(json_body(asked), failure);
}

error error_of_sending(std::string url, steady::duration limit = 10s)
{
    request asked;
    auto body = [&]() -> task<> { co_await send(url, asked, limit); };
    try {
        tropeiro::test::run(body());
    } catch (const failure& f) {
        return f.what_went_wrong();
    }
    return error{error_kind::failed, "nothing was thrown", {}};
}

// A port on which nobody listens: one that the system just gave out and took back.
std::uint16_t free_port()
{
    asio::io_context loop;
    asio::ip::tcp::acceptor acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0});
    return acceptor.local_endpoint().port();
}

TEST(client, nobody_there_is_unreachable_and_names_the_address)
{
    const auto url = "http://127.0.0.1:" + std::to_string(free_port());
    const auto e = error_of_sending(url);
    EXPECT_EQ(e.kind, error_kind::unreachable);
    EXPECT_EQ(e.message, url + " does not answer: Connection refused");
    EXPECT_NE(e.hint.find("tropeiro serve"), std::string::npos);
}

TEST(client, an_address_that_is_none_is_a_usage_error)
{
    EXPECT_EQ(error_of_sending("scheduler:7077").kind, error_kind::usage);
    EXPECT_EQ(error_of_sending("https://scheduler").kind, error_kind::usage);
}

TEST(client, a_server_that_accepts_and_says_nothing_runs_into_the_deadline)
{
    asio::io_context loop;
    asio::ip::tcp::acceptor acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0});
    const auto url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    const auto e = error_of_sending(url, 50ms);
    EXPECT_EQ(e.kind, error_kind::unreachable);
    EXPECT_TRUE(e.message.starts_with("GET " + url + "/ took longer than")) << e.message;
}

} // namespace
} // namespace tropeiro::http
