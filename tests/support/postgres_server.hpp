// A real PostgreSQL for tests: initdb into a temporary folder, a unix socket and a free port on 127.0.0.1,
// trust authentication for user "postgres", fsync off. Runs as user postgres when we are root. Stopped and
// removed in the destructor; it also stops when the test process dies. A missing binary throws: that is a
// failure, no skip.
#pragma once

#include "shared/pg/dsn.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tropeiro::test {

/// The path of initdb, postgres, pg_dump ... of the newest version installed.
std::string postgres_binary(const std::string& name);

/// A port of 127.0.0.1 that nobody listens on at this moment.
int free_port();

class postgres_server {
  public:
    /// `settings` are lines of postgresql.conf: "max_connections=20".
    explicit postgres_server(std::vector<std::string> settings = {});
    postgres_server(const postgres_server&) = delete;
    postgres_server& operator=(const postgres_server&) = delete;
    ~postgres_server();

    pg::dsn dsn(const std::string& database = "postgres") const;        // TCP
    pg::dsn socket_dsn(const std::string& database = "postgres") const; // unix socket
    std::string url(const std::string& database = "postgres") const;    // TCP
    int port() const { return port_; }
    std::string socket_dir() const;

    /// Creates the database (a copy of `from`) and returns its dsn. Blocking.
    pg::dsn create_database(const std::string& name, const std::string& from = "template0");

    /// Runs SQL through psql as the superuser; throws with its messages when it fails. Returns unaligned
    /// output.
    std::string psql(const std::string& sql, const std::string& database = "postgres");

    /// immediate: as a crash, sessions are cut; otherwise fast, with a shutdown checkpoint.
    void stop(bool immediate = true);
    void start();
    bool running();
    pid_t pid() const; // the postmaster
    std::string log() const;

  private:
    void init();
    void wait_until_ready();

    temp_dir dir_;
    std::vector<std::string> settings_;
    int port_ = 0;
    std::unique_ptr<child_process> process_;
};

/// One server for all tests of this executable, started at the first call.
postgres_server& shared_postgres();

/// A fresh name for a database: "t_<number>_<hint>".
std::string unique_name(const std::string& hint = "db");

/// A fresh database on shared_postgres().
pg::dsn fresh_database(const std::string& hint = "db");

} // namespace tropeiro::test
