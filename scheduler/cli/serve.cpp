#include "scheduler/cli/serve.hpp"

#include "scheduler/api/routes.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "shared/http/server.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/task_group.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::scheduler::cli {
namespace {

constexpr seconds stop_grace{10};

http::server_options options_from(const session& s, const std::string& listen)
{
    const auto where = parse_listen(listen).value();
    http::server_options options;
    options.address = where.first;
    options.port = where.second;
    if (const auto token = s.workspace.server_token()) options.token = token->value;
    if (options.token.empty() && !is_loopback(options.address))
        throw failure(error_kind::refused,
                      fmt::format("{} can be reached from other machines and no token is set", listen),
                      fmt::format("set {} to a long random text, or listen on 127.0.0.1",
                                  s.workspace.server.token_env));
    return options;
}

/// Ends the server and the service at the first signal; the second cuts what is left.
task<> stop_at_signal(session& s, http::server& server, dispatch::scheduler_service& service)
{
    co_await s.signals.wait();
    log::info("stopping");
    co_await server.stop(stop_grace);
    service.stop();
}

} // namespace

task<int> serve(session& s, const arguments& given)
{
    s.ends_softly = true;
    const auto redis = s.workspace.redis_url();
    if (!redis)
        throw failure(error_kind::usage, "the scheduler needs a Redis that workers can reach",
                      fmt::format("set {}", s.workspace.redis.url_env.empty()
                                                ? "REDIS_URL"
                                                : s.workspace.redis.url_env.front()));
    auto options = options_from(s, given.text("listen", s.workspace.server.listen));
    {
        auto control = co_await s.backend.control(); // its schema is there, or the error says what to do
    }
    auto executor = co_await asio::this_coro::executor;
    dispatch::scheduler_service service(executor, service_options_for(s.backend, redis->value));
    s.backend.use_scheduler(&service);
    http::server server(executor, std::move(options), api::make_router(s.backend));
    service.start();
    log::info("serving", {{"url", server.url()}, {"scheduler", service.id()}});
    const std::function<task<>(rt::task_group&)> body = [&](rt::task_group& group) -> task<> {
        group.spawn(server.run(), "http server");
        group.spawn(stop_at_signal(s, server, service), "signals");
        co_return;
    };
    co_await rt::task_group::run(body);
    co_await service.join();
    s.backend.use_scheduler(nullptr);
    co_return 0;
}

result<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text)
{
    const auto colon = text.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string::npos && colon > 0) {
        const auto* const end = text.data() + text.size();
        const auto [stop, status] = std::from_chars(text.data() + colon + 1, end, port);
        auto address = text.substr(0, colon);
        if (address.size() > 2 && address.front() == '[' && address.back() == ']')
            address = address.substr(1, address.size() - 2);
        if (status == std::errc{} && stop == end) return std::make_pair(std::move(address), port);
    }
    return error{error_kind::usage, fmt::format("\"{}\" is no address to listen on", text),
                 "HOST:PORT, for example 127.0.0.1:7077"};
}

bool is_loopback(const std::string& address)
{
    return address.starts_with("127.") || address == "::1" || address == "localhost";
}

} // namespace tropeiro::scheduler::cli
