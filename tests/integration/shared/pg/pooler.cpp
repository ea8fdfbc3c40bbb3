// Against a real PgBouncer.
#include "shared/pg/pooler.hpp"

#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace tropeiro::pg {
namespace {

using test::run;
using test::shared_postgres;

class pgbouncer {
  public:
    explicit pgbouncer(const std::string& mode, const std::string& more = "") : port_(test::free_port())
    {
        const auto program =
            std::filesystem::exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";
        const auto config = dir_.write(
            "pgbouncer.ini",
            fmt::format(
                "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n"
                "unix_socket_dir =\nauth_type = any\npool_mode = {}\n{}\n",
                shared_postgres().socket_dir(), shared_postgres().port(), port_, mode, more));
        // With auth_type any the user is named in the connection string of the server.
        auto text = test::read_file(config);
        text.replace(text.find("* = "), 4, "* = user=postgres ");
        dir_.write("pgbouncer.ini", text);
        test::spawn_options options;
        options.as_user = "postgres"; // it refuses to run as root
        process_.emplace(std::vector<std::string>{program, config.string()}, options);
        process_->wait_for_output("process up");
    }

    dsn where() const
    {
        auto d = shared_postgres().dsn();
        d.port = std::to_string(port_);
        return d;
    }

  private:
    test::temp_dir dir_;
    int port_;
    std::optional<test::child_process> process_;
};

task<std::optional<std::string>> verdict(dsn where)
{
    auto c = co_await connection::open(std::move(where));
    auto reason = co_await transaction_pooler(c);
    EXPECT_TRUE(c.usable());
    co_return reason;
}

TEST(pooler, a_direct_connection_is_none)
{
    const auto over_tcp = run(verdict(shared_postgres().dsn()));
    EXPECT_EQ(over_tcp, std::nullopt);
    const auto over_a_socket = run(verdict(shared_postgres().socket_dsn()));
    EXPECT_EQ(over_a_socket, std::nullopt);
}

TEST(pooler, transaction_mode_is_told)
{
    const pgbouncer between("transaction");
    const auto reason = run(verdict(between.where()));
    ASSERT_TRUE(reason.has_value());
    EXPECT_NE(reason->find(between.where().server()), std::string::npos) << *reason;
    EXPECT_NE(reason->find("every transaction another session"), std::string::npos) << *reason;
}

TEST(pooler, transaction_mode_is_told_when_servers_take_turns)
{
    const pgbouncer between("transaction", "server_round_robin = 1\nmin_pool_size = 3");
    run([&]() -> task<> {
        // Two sessions busy at once make two server connections, which then take turns.
        auto a = co_await connection::open(between.where());
        auto b = co_await connection::open(between.where());
        co_await a.execute("BEGIN");
        co_await b.execute("SELECT 1");
        co_await a.execute("COMMIT");
        const auto reason = co_await verdict(between.where());
        CO_ASSERT_TRUE(reason.has_value());
    });
}

TEST(pooler, statement_mode_is_told)
{
    const pgbouncer between("statement");
    const auto reason = run(verdict(between.where()));
    EXPECT_TRUE(reason.has_value());
}

TEST(pooler, session_mode_is_as_good_as_direct)
{
    const pgbouncer between("session");
    const auto reason = run(verdict(between.where()));
    EXPECT_EQ(reason, std::nullopt) << reason.value_or("");
}

} // namespace
} // namespace tropeiro::pg
