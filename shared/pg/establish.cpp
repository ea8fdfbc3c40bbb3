// How a session comes to be. libpq looks names up while it connects and blocks for it, so the addresses are
// found first, on a thread beside the loop, and handed to libpq next to the names, which TLS still checks.
#include "shared/base/text.hpp"
#include "shared/pg/session.hpp"
#include "shared/rt/blocking.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <functional>
#include <map>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <utility>
#include <vector>

namespace tropeiro::pg {
namespace {

// Keepalive probes find a dead peer on an idle connection. The user timeout finds one that takes nothing any
// more, but it also ends a live peer that keeps its window closed for so long (a COPY waiting for a lock), so
// it is not short. All can be set in the URL.
constexpr std::pair<const char*, const char*> defaults[] = {
    {"client_encoding", "UTF8"},   {"gssencmode", "disable"},     {"keepalives", "1"},
    {"keepalives_idle", "30"},     {"keepalives_interval", "10"}, {"keepalives_count", "3"},
    {"tcp_user_timeout", "180000"}};

struct endpoints {
    std::vector<std::string> hosts, addresses, ports; // of one length
};

bool needs_lookup(const std::string& host)
{
    if (host.empty() || host.front() == '/' || host.front() == '@') return false;
    in6_addr scratch{};
    return inet_pton(AF_INET, host.c_str(), &scratch) != 1 &&
           inet_pton(AF_INET6, host.c_str(), &scratch) != 1;
}

// Blocks. Numeric addresses of a name; throws with the resolver's reason.
std::vector<std::string> look_up(const std::string& host)
{
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    if (failed != 0) throw std::runtime_error(gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    std::vector<std::string> addresses;
    for (const auto* one = found; one; one = one->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
            addresses.emplace_back(text);
    }
    return addresses;
}

struct lookup_answer {
    std::vector<std::string> addresses;
    std::string trouble;
};

lookup_answer try_look_up(const std::string& host)
{
    lookup_answer answer;
    try {
        answer.addresses = look_up(host);
    } catch (const std::exception& e) {
        answer.trouble = fmt::format("the host \"{}\" cannot be found: {}", host, e.what());
    }
    return answer;
}

[[noreturn]] void refuse(const dsn& where, std::string message,
                         std::string_view sqlstate = state_no_connection)
{
    server_message said;
    said.sqlstate = sqlstate;
    said.message = std::move(message);
    throw error(std::move(said), where.where());
}

// A host name that has several addresses becomes several hosts of the same name: libpq tries them in turn.
task<endpoints> find_endpoints(dsn where)
{
    const auto hosts = text::split(where.host.empty() ? "localhost" : where.host, ',');
    const auto ports = text::split(where.port.empty() ? "5432" : where.port, ',');
    endpoints found;
    std::string trouble;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        lookup_answer answer;
        if (needs_lookup(hosts[i])) {
            std::function<lookup_answer()> call = [host = hosts[i]] { return try_look_up(host); };
            answer = co_await rt::off_loop<lookup_answer>(std::move(call));
            if (answer.addresses.empty()) trouble = answer.trouble;
        } else {
            const bool folder = hosts[i].empty() || hosts[i].front() == '/' || hosts[i].front() == '@';
            answer.addresses.push_back(folder ? std::string() : hosts[i]);
        }
        for (const auto& address : answer.addresses) {
            found.hosts.push_back(hosts[i]);
            found.addresses.push_back(address);
            found.ports.push_back(ports.size() == hosts.size() ? ports[i] : ports.front());
        }
    }
    if (found.hosts.empty()) refuse(where, trouble);
    co_return found;
}

std::map<std::string, std::string> keywords_of(const dsn& where, const connect_options& options,
                                               const endpoints* at)
{
    std::map<std::string, std::string> words;
    for (const auto& [name, value] : defaults)
        words[name] = value;
    words["application_name"] = options.application_name;
    for (const auto& [name, value] : where.options)
        words[name] = value;
    if (at) {
        words["host"] = text::join(at->hosts, ",");
        words["hostaddr"] = text::join(at->addresses, ",");
        words["port"] = text::join(at->ports, ",");
    } else {
        words["host"] = where.host;
        words["port"] = where.port;
    }
    words["user"] = where.user;
    words["dbname"] = where.database;
    words["password"] = where.password.reveal();
    return words;
}

PGconn* start(const std::map<std::string, std::string>& words)
{
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : words) {
        if (value.empty()) continue;
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectStartParams(names.data(), values.data(), 0);
}

// libpq keeps the SQLSTATE of a refused connection to itself, but verbose texts carry it: "FATAL:  28P01:
// password authentication failed". Returns the last one and takes it, and the LOCATION lines, out of the
// text.
std::string take_sqlstate(std::string& text)
{
    std::string state;
    std::vector<std::string> kept;
    for (auto line : text::split_list(text, '\n')) {
        if (line.starts_with("LOCATION:")) continue;
        for (std::size_t at = line.find(":  "); at != std::string::npos; at = line.find(":  ", at + 1)) {
            const auto code = line.substr(at + 3, 5);
            const bool plausible =
                code.size() == 5 && line.compare(at + 8, 2, ": ") == 0 &&
                code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
            if (!plausible) continue;
            state = code;
            line.erase(at + 2, 7);
            break;
        }
        kept.push_back(std::move(line));
    }
    text = text::join(kept, "; ");
    return state;
}

[[noreturn]] void raise_refused(const session& attempt)
{
    std::string text = attempt.raw() ? PQerrorMessage(attempt.raw()) : "out of memory";
    const auto state = take_sqlstate(text);
    refuse(attempt.where(), std::move(text), state.empty() ? state_no_connection : std::string_view(state));
}

task<> shake_hands(std::shared_ptr<session> attempt)
{
    if (!attempt->raw() || PQstatus(attempt->raw()) == CONNECTION_BAD) raise_refused(*attempt);
    PQsetErrorVerbosity(attempt->raw(), PQERRORS_VERBOSE);
    auto wanted = PGRES_POLLING_WRITING;
    while (wanted != PGRES_POLLING_OK) {
        if (wanted == PGRES_POLLING_FAILED) raise_refused(*attempt);
        attempt->attach();
        const auto direction = wanted == PGRES_POLLING_READING ? readiness::read : readiness::write;
        co_await attempt->wait(direction);
        attempt->detach(); // the poll may close this socket and open another
        wanted = PQconnectPoll(attempt->raw());
    }
    PQsetErrorVerbosity(attempt->raw(), PQERRORS_DEFAULT);
    if (PQsetnonblocking(attempt->raw(), 1) != 0) raise_refused(*attempt);
    attempt->attach();
}

task<> apply(std::shared_ptr<session> on, std::vector<std::pair<std::string, std::string>> settings)
{
    if (settings.empty()) co_return;
    std::string sql;
    params values;
    for (const auto& [name, value] : settings) {
        sql += fmt::format("{}set_config(${}, ${}, false)", sql.empty() ? "SELECT " : ", ", values.size() + 1,
                           values.size() + 2);
        values.add(name).add(value);
    }
    co_await run_params(std::move(on), std::move(sql), std::move(values));
}

} // namespace

task<std::shared_ptr<session>> establish(dsn where, connect_options options)
{
    auto executor = co_await asio::this_coro::executor;
    auto opened = std::make_shared<session>(executor, where);
    std::map<std::string, std::string> words;
    if (where.options.contains("hostaddr") || where.options.contains("service")) {
        words = keywords_of(where, options, nullptr);
    } else {
        const auto found = co_await find_endpoints(where);
        words = keywords_of(where, options, &found);
    }
    opened->adopt(start(words));
    co_await shake_hands(opened);
    co_await apply(opened, std::move(options.settings));
    co_return opened;
}

} // namespace tropeiro::pg
