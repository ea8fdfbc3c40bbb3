#include "tests/support/postgres_server.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tropeiro::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

spawn_options as_postgres()
{
    spawn_options options;
    options.as_user = "postgres"; // the server refuses to run as root
    options.unset = {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGOPTIONS", "PGDATA"};
    options.working_dir = "/";
    return options;
}

int version_of(const fs::path& folder)
{
    const auto name = folder.filename().string();
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

} // namespace

std::string postgres_binary(const std::string& name)
{
    fs::path newest;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored))
        if (fs::exists(entry.path() / "bin" / name) &&
            (newest.empty() || version_of(entry) > version_of(newest)))
            newest = entry.path();
    if (newest.empty())
        throw std::runtime_error("no /usr/lib/postgresql/*/bin/" + name + ": install the PostgreSQL server");
    return (newest / "bin" / name).string();
}

int free_port()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(fd, generic, length) == 0 && ::getsockname(fd, generic, &length) == 0;
    ::close(fd);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

postgres_server::postgres_server(std::vector<std::string> settings) : settings_(std::move(settings))
{
    init();
    start();
}

postgres_server::~postgres_server()
{
    try {
        stop();
    } catch (const std::exception&) { // killed by its own destructor then
    }
}

void postgres_server::init()
{
    const auto done =
        run_program({postgres_binary("initdb"), "-D", dir_ / "data", "-U", "postgres", "-A", "trust", "-E",
                     "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
                    as_postgres());
    if (done.exit != 0) throw std::runtime_error("initdb failed: " + done.out + done.err);
}

void postgres_server::start()
{
    if (port_ == 0) port_ = free_port();
    std::vector<std::string> argv{postgres_binary("postgres"), "-D", dir_ / "data", "-k", dir_.string(), "-p",
                                  std::to_string(port_)};
    for (const auto* setting : {"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off",
                                "shared_buffers=64MB", "max_connections=200", "logging_collector=off"})
        argv.insert(argv.end(), {"-c", setting});
    for (const auto& setting : settings_)
        argv.insert(argv.end(), {"-c", setting});
    auto options = as_postgres();
    options.death_signal = SIGQUIT;
    process_ = std::make_unique<child_process>(std::move(argv), std::move(options));
    wait_until_ready();
}

void postgres_server::wait_until_ready()
{
    const auto give_up = std::chrono::steady_clock::now() + 60s;
    const auto target =
        fmt::format("host=127.0.0.1 port={} user=postgres dbname=postgres connect_timeout=5", port_);
    while (PQping(target.c_str()) != PQPING_OK) {
        if (!process_->running()) throw std::runtime_error("postgres did not start: " + process_->err());
        if (std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("postgres did not answer: " + process_->err());
        std::this_thread::sleep_for(10ms);
    }
}

void postgres_server::stop(bool immediate)
{
    if (!process_) return;
    process_->signal(SIGCONT);
    process_->signal(immediate ? SIGQUIT : SIGINT);
    process_->wait(60s);
}

bool postgres_server::running() { return process_ && process_->running(); }

pid_t postgres_server::pid() const { return process_->pid(); }

std::string postgres_server::log() const { return process_->err(); }

std::string postgres_server::socket_dir() const { return dir_.string(); }

pg::dsn postgres_server::dsn(const std::string& database) const
{
    pg::dsn where;
    where.host = "127.0.0.1";
    where.port = std::to_string(port_);
    where.user = "postgres";
    where.database = database;
    return where;
}

pg::dsn postgres_server::socket_dsn(const std::string& database) const
{
    auto where = dsn(database);
    where.host = socket_dir();
    return where;
}

std::string postgres_server::url(const std::string& database) const { return dsn(database).display(); }

pg::dsn postgres_server::create_database(const std::string& name, const std::string& from)
{
    psql(fmt::format("CREATE DATABASE \"{}\" TEMPLATE \"{}\"", name, from));
    return dsn(name);
}

std::string postgres_server::psql(const std::string& sql, const std::string& database)
{
    auto options = as_postgres();
    options.input = sql;
    const auto done =
        run_program({postgres_binary("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", socket_dir(), "-p",
                     std::to_string(port_), "-U", "postgres", "-d", database, "-f", "-"},
                    std::move(options));
    if (done.exit != 0) throw std::runtime_error("psql failed: " + done.err);
    return done.out;
}

postgres_server& shared_postgres()
{
    static postgres_server server;
    return server;
}

std::string unique_name(const std::string& hint)
{
    static std::atomic<int> last{0};
    return fmt::format("t_{}_{}", ++last, hint);
}

pg::dsn fresh_database(const std::string& hint)
{
    return shared_postgres().create_database(unique_name(hint));
}

} // namespace tropeiro::test
