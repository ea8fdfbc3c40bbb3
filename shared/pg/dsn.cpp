#include "shared/pg/dsn.hpp"

#include "shared/base/text.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <memory>

namespace tropeiro::pg {
namespace {

constexpr std::string_view default_host = "localhost";
constexpr std::string_view default_port = "5432";

struct conninfo_deleter {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string encode(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

// "host:port" pairs of a possibly plural dsn, with brackets around IPv6 and `folder` applied to socket
// folders.
template <class F>
std::string authorities(const dsn& d, F folder)
{
    const auto hosts = text::split(d.host.empty() ? default_host : d.host, ',');
    const auto ports = text::split(d.port.empty() ? default_port : d.port, ',');
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const auto& given = ports.size() == hosts.size() ? ports[i] : ports.front();
        const std::string port = given.empty() ? std::string(default_port) : given;
        std::string host = hosts[i].empty() ? std::string(default_host) : hosts[i];
        if (host.starts_with('/') || host.starts_with('@'))
            host = folder(host);
        else if (host.find(':') != std::string::npos)
            host = "[" + host + "]";
        pairs.push_back(host + ":" + port);
    }
    return text::join(pairs, ",");
}

std::string url(const dsn& d, bool with_user)
{
    std::string text = "postgresql://";
    if (with_user && !d.user.empty()) text += encode(d.user) + "@";
    text += authorities(d, encode);
    if (!d.database.empty()) text += "/" + encode(d.database);
    return text;
}

// Keywords that pg_dump and psql take from the environment.
struct variable {
    std::string_view keyword;
    std::string_view name;
};
constexpr std::array variables{
    variable{"sslmode", "PGSSLMODE"},
    variable{"sslrootcert", "PGSSLROOTCERT"},
    variable{"sslcert", "PGSSLCERT"},
    variable{"sslkey", "PGSSLKEY"},
    variable{"sslcrl", "PGSSLCRL"},
    variable{"sslsni", "PGSSLSNI"},
    variable{"ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"},
    variable{"channel_binding", "PGCHANNELBINDING"},
    variable{"options", "PGOPTIONS"},
    variable{"passfile", "PGPASSFILE"},
    variable{"service", "PGSERVICE"},
    variable{"hostaddr", "PGHOSTADDR"},
    variable{"gssencmode", "PGGSSENCMODE"},
    variable{"krbsrvname", "PGKRBSRVNAME"},
    variable{"requirepeer", "PGREQUIREPEER"},
    variable{"target_session_attrs", "PGTARGETSESSIONATTRS"},
    variable{"connect_timeout", "PGCONNECT_TIMEOUT"},
};

error cannot_read(std::string_view what)
{
    return {error_kind::usage, fmt::format("{} is no PostgreSQL connection URL", what),
            "write postgresql://user:password@host:5432/database (special characters percent-encoded), or "
            "host=... dbname=... user=..."};
}

void assign(dsn& into, std::string_view keyword, std::string value)
{
    if (keyword == "host")
        into.host = std::move(value);
    else if (keyword == "port")
        into.port = std::move(value);
    else if (keyword == "user")
        into.user = std::move(value);
    else if (keyword == "dbname")
        into.database = std::move(value);
    else if (keyword == "password")
        into.password = secret(std::move(value));
    else
        into.options.emplace(keyword, std::move(value));
}

bool valid_ports(const std::string& list)
{
    for (const auto& port : text::split(list, ',')) {
        if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos) return false;
        if (!port.empty() && (std::stoi(port) < 1 || std::stoi(port) > 65535)) return false;
    }
    return true;
}

} // namespace

result<dsn> parse_dsn(std::string_view text, std::string_view what)
{
    const std::string copy(text::trim(text));
    if (copy.empty())
        return error{error_kind::usage, fmt::format("{} is empty", what),
                     "set it to postgresql://user@host:5432/database"};
    // A bare word would be taken for a list of keywords; libpq's own words may quote the text, so they are
    // not used.
    char* complaint = nullptr;
    const std::unique_ptr<PQconninfoOption, conninfo_deleter> options(
        PQconninfoParse(copy.c_str(), &complaint));
    PQfreemem(complaint);
    if (!options) return cannot_read(what);

    dsn parsed;
    for (auto* option = options.get(); option->keyword; ++option)
        if (option->val && *option->val) assign(parsed, option->keyword, option->val);
    if (!valid_ports(parsed.port))
        return error{error_kind::usage, fmt::format("{}: the port is not a number from 1 to 65535", what),
                     ""};
    return parsed;
}

dsn dsn::with_database(std::string name) const
{
    auto other = *this;
    other.database = std::move(name);
    return other;
}

std::string dsn::display() const { return url(*this, true); }

std::string dsn::without_credentials() const { return url(*this, false); }

std::string dsn::server() const
{
    return authorities(*this, [](const std::string& folder) { return folder; });
}

std::string dsn::where() const { return database.empty() ? server() : server() + "/" + database; }

std::vector<std::pair<std::string, std::string>> dsn::environment() const
{
    std::vector<std::pair<std::string, std::string>> set;
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) set.emplace_back(name, value);
    };
    add("PGHOST", host.empty() ? std::string(default_host) : host);
    add("PGPORT", port.empty() ? std::string(default_port) : port);
    add("PGUSER", user);
    add("PGDATABASE", database);
    add("PGPASSWORD", password.reveal());
    for (const auto& known : variables)
        if (const auto it = options.find(std::string(known.keyword)); it != options.end())
            add(known.name, it->second);
    return set;
}

} // namespace tropeiro::pg
