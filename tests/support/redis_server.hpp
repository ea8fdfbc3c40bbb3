// A real redis-server for tests: a unix socket and a free port on 127.0.0.1, nothing persisted. Ends with the
// object or with the test process.
#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tropeiro::test {

class redis_server {
  public:
    /// `extra` arguments of redis-server: {"--maxmemory", "5mb"}. With "--requirepass" command() is refused.
    explicit redis_server(std::vector<std::string> extra = {});
    redis_server(const redis_server&) = delete;
    redis_server& operator=(const redis_server&) = delete;
    ~redis_server();

    std::string host() const { return "127.0.0.1"; }
    int port() const { return port_; }
    std::string socket_path() const;
    std::string url() const;        // redis://127.0.0.1:port
    std::string socket_url() const; // unix:///path

    void stop();  // SIGTERM
    void kill9(); // SIGKILL
    void start(); // again, same port, empty
    bool running();
    pid_t pid() const;

    /// Sends one inline command over the unix socket and returns the raw reply. Blocking; for set-up and
    /// looking.
    std::string command(const std::string& line) const;

  private:
    temp_dir dir_;
    std::vector<std::string> extra_;
    int port_ = 0;
    std::unique_ptr<child_process> process_;
};

/// One for all tests of this executable; FLUSHALL is the test's own business.
redis_server& shared_redis();

} // namespace tropeiro::test
