// The same router behind the HTTP server: status codes, tokens, error bodies.
#include "shared/http/client.hpp"
#include "shared/http/server.hpp"
#include "tests/integration/scheduler/api/api_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>

namespace tropeiro::scheduler::api {
namespace {

http::request asking(std::string method, std::string path, std::string token)
{
    http::request out;
    out.method = std::move(method);
    out.path = std::move(path);
    if (!token.empty()) out.headers["Authorization"] = "Bearer " + token;
    return out;
}

} // namespace

TEST_F(api_fixture, over_http_a_token_is_needed_and_errors_carry_kind_and_hint)
{
    http::server_options options;
    options.token = secret("let-me-in");
    http::server server(loop.get_executor(), options, make_router(*back));
    bool ended = false;
    asio::co_spawn(loop, server.run(), [&](std::exception_ptr) { ended = true; });

    const auto url = server.url();
    const auto send = [&](http::request asked) {
        return test::run_on(loop, http::send(url, std::move(asked), seconds(20)));
    };
    EXPECT_EQ(send(asking("GET", "/v1/health", "")).status, 200U);
    EXPECT_EQ(send(asking("GET", "/v1/tenants", "")).status, 401U);
    EXPECT_EQ(send(asking("POST", "/v1/init", "let-me-in")).status, 200U);
    EXPECT_EQ(send(asking("GET", "/v1/tenants", "let-me-in")).status, 200U);
    const auto missing = send(asking("GET", "/v1/rollouts/999", "let-me-in"));
    EXPECT_EQ(missing.status, 404U);
    const auto e = http::error_of(missing, url);
    EXPECT_EQ(e.kind, error_kind::not_found);
    EXPECT_THAT(e.message, testing::HasSubstr("there is no rollout 999"));

    test::run_on(loop, server.stop(seconds(5)));
    while (!ended)
        loop.run_one();
}

} // namespace tropeiro::scheduler::api
