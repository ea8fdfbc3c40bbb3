// Where commands send their requests: a scheduler over HTTP, or the same router in this process. Answers are
// JSON; an answer that is an error is thrown as the `failure` it names.
#pragma once

#include "scheduler/cli/json_view.hpp"
#include "shared/base/secret.hpp"
#include "shared/http/router.hpp"
#include "shared/rt/asio.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace tropeiro::scheduler::cli {

/// Planning five thousand cities reads their databases' catalogs one after the other.
inline constexpr std::chrono::minutes usual_patience{30};

class endpoint {
  public:
    endpoint() = default;
    virtual ~endpoint() = default;
    endpoint(const endpoint&) = delete;
    endpoint& operator=(const endpoint&) = delete;

    task<json::value> get(std::string path, std::map<std::string, std::string> query = {});
    /// `patience`: how long a server may take to answer.
    task<json::value> post(std::string path, json::value body = json::object(),
                           std::chrono::minutes patience = usual_patience);
    task<json::value> put(std::string path, json::value body);

  private:
    virtual task<http::response> send(http::request asked, std::chrono::minutes patience) = 0;
    task<json::value> ask(http::request asked, std::chrono::minutes patience = usual_patience);
};

std::unique_ptr<endpoint> http_endpoint(std::string url, secret token);

/// The router outlives it.
std::unique_ptr<endpoint> local_endpoint(const http::router& router);

} // namespace tropeiro::scheduler::cli
