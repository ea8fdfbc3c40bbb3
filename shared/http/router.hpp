// Which handler answers which method and path. A table of data, made once; read by every session.
#pragma once

#include "shared/http/message.hpp"

#include <vector>

namespace tropeiro::http {

struct request_context {
    request asked;
    std::map<std::string, std::string> path_parameters; // of "/v1/rollouts/{id}": id, decoded
    std::string peer;                                   // "127.0.0.1:40112"

    /// The path parameter; the route names it, so it is there.
    const std::string& path(const std::string& name) const { return path_parameters.at(name); }
};

using handler = std::function<task<response>(request_context)>;

enum class access {
    token, // the server's bearer token, when it has one
    open,  // anybody: health checks, the dashboard's files
};

struct route {
    std::string method;
    std::string pattern; // "/v1/rollouts/{id}"; a last "{rest*}" takes the remaining segments
    handler handle;
    access who = access::token;
};

struct match {
    const route* found = nullptr; // null: 404, or 405 when `allowed` is not empty
    std::map<std::string, std::string> parameters;
    std::vector<std::string> allowed; // methods of routes with this path
};

class router {
  public:
    router() = default;
    explicit router(std::vector<route> routes);

    /// Adds routes; a literal segment beats a parameter, else the first added wins.
    void add(std::vector<route> routes);

    /// HEAD finds the GET route.
    match find(std::string_view method, std::string_view path) const;
    const std::vector<route>& routes() const { return routes_; }

  private:
    std::vector<route> routes_;
};

} // namespace tropeiro::http
