// A small city platform on a real PostgreSQL and the interface's router over it, in process. Each fixture has
// databases of its own; the dispatching service runs only where a test starts it.
#pragma once

#include "scheduler/api/backend.hpp"
#include "scheduler/api/routes.hpp"
#include "shared/config/workspace.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

namespace tropeiro::scheduler::api {

namespace json = boost::json;

class api_fixture : public testing::Test {
  protected:
    api_fixture();
    ~api_fixture() override;

    /// The answer's body; what the handler throws comes through.
    json::value ask(std::string method, std::string path, json::value body = {},
                    std::map<std::string, std::string> query = {});
    json::value get(std::string path) { return ask("GET", std::move(path)); }
    json::value post(std::string path, std::string_view body = "{}")
    {
        return ask("POST", std::move(path), json::parse(body));
    }

    /// The error of a request that must fail.
    error error_of(std::string method, std::string path, std::string_view body = "{}");

    /// Starts the dispatching service on a Redis of its own: rollouts can be stored. No worker runs.
    void start_service();

    /// The interface goes on without it, as in a command beside `tropeiro serve`; Redis stays.
    void stop_service();

    /// Lets the service work until the condition holds; a failure of the test after ten seconds.
    void eventually(const std::function<bool()>& condition);

    /// Runs SQL in the platform's database.
    std::string sql(const std::string& text);

    asio::io_context loop{1};
    std::string database; // holds the platform and the control schema
    std::string prefix;   // of tenants' databases
    config::workspace workspace;
    std::unique_ptr<backend> back;
    http::router router;

  private:
    std::unique_ptr<dispatch::scheduler_service> service_;
};

} // namespace tropeiro::scheduler::api
