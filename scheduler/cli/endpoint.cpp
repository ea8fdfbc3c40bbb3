#include "scheduler/cli/endpoint.hpp"

#include "shared/http/auth.hpp"
#include "shared/http/client.hpp"

namespace tropeiro::scheduler::cli {
namespace {

class over_http final : public endpoint {
  public:
    over_http(std::string url, secret token) : url_(std::move(url)), token_(std::move(token)) {}

  private:
    task<http::response> send(http::request asked, std::chrono::minutes patience) override
    {
        http::authorize(asked, token_);
        return http::send_checked(url_, std::move(asked), patience);
    }

    std::string url_;
    secret token_;
};

class in_process final : public endpoint {
  public:
    explicit in_process(const http::router& router) : router_(router) {}

  private:
    task<http::response> send(http::request asked, std::chrono::minutes) override
    {
        auto found = router_.find(asked.method, asked.path);
        if (!found.found)
            throw failure(error_kind::not_found, "there is no " + asked.method + " " + asked.path);
        http::request_context context;
        context.asked = std::move(asked);
        context.path_parameters = std::move(found.parameters);
        context.peer = "this process";
        return found.found->handle(std::move(context));
    }

    const http::router& router_;
};

} // namespace

task<json::value> endpoint::get(std::string path, std::map<std::string, std::string> query)
{
    http::request asked;
    asked.path = std::move(path);
    asked.query = std::move(query);
    return ask(std::move(asked));
}

task<json::value> endpoint::post(std::string path, json::value body, std::chrono::minutes patience)
{
    http::request asked;
    asked.method = "POST";
    asked.path = std::move(path);
    asked.body = json::serialize(body);
    asked.headers["Content-Type"] = "application/json";
    return ask(std::move(asked), patience);
}

task<json::value> endpoint::put(std::string path, json::value body)
{
    http::request asked;
    asked.method = "PUT";
    asked.path = std::move(path);
    asked.body = json::serialize(body);
    asked.headers["Content-Type"] = "application/json";
    return ask(std::move(asked));
}

task<json::value> endpoint::ask(http::request asked, std::chrono::minutes patience)
{
    const auto answer = co_await send(std::move(asked), patience);
    if (!answer.ok()) throw failure(http::error_of(answer, "this process"));
    co_return http::json_body(answer);
}

std::unique_ptr<endpoint> http_endpoint(std::string url, secret token)
{
    return std::make_unique<over_http>(std::move(url), std::move(token));
}

std::unique_ptr<endpoint> local_endpoint(const http::router& router)
{
    return std::make_unique<in_process>(router);
}

} // namespace tropeiro::scheduler::cli
