#include "shared/redis/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace tropeiro::redis {
namespace {

error wrong(std::string_view variable, std::string_view what)
{
    return {error_kind::usage, fmt::format("{}: {}", variable, what),
            "write redis://[:password@]host:6379[/db] or unix:///path/to/redis.sock"};
}

/// Nothing for what is no number or too large for its type.
template <class Number>
std::optional<Number> parse_number(std::string_view text)
{
    Number number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

/// "" is database 0.
std::optional<int> parse_database(std::string_view text)
{
    return text.empty() ? std::optional<int>(0) : parse_number<int>(text);
}

result<url> from_unix(const boost::urls::url_view& parts, std::string_view variable)
{
    url out;
    out.path = parts.path();
    if (out.path.empty() || !parts.encoded_authority().empty())
        return wrong(variable, "a unix socket needs an absolute path");
    const auto db = parts.params().find("db");
    if (db == parts.params().end()) return out;
    const auto number = parse_database((*db).value);
    if (!number) return wrong(variable, "the database must be a number");
    out.database = *number;
    return out;
}

result<url> from_tcp(const boost::urls::url_view& parts, std::string_view variable)
{
    url out;
    out.host = parts.host_address();
    if (out.host.empty()) return wrong(variable, "the host is missing");
    if (parts.has_port()) out.port = parse_number<std::uint16_t>(parts.port()).value_or(0);
    if (out.port == 0) return wrong(variable, "the port must be a number from 1 to 65535");
    out.user = parts.user();
    out.password = secret(parts.password());
    const auto path = parts.path();
    const auto number = parse_database(std::string_view(path).substr(path.empty() ? 0 : 1));
    if (!number) return wrong(variable, "the database after the host must be a number");
    out.database = *number;
    return out;
}

} // namespace

result<url> parse_url(std::string_view text, std::string_view variable)
{
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed) return wrong(variable, "is no URL of a Redis");
    const auto scheme = parsed->scheme();
    if (scheme == "unix" || scheme == "redis+unix") return from_unix(*parsed, variable);
    if (scheme == "redis") return from_tcp(*parsed, variable);
    if (scheme == "rediss") return wrong(variable, "TLS to Redis is not supported");
    return wrong(variable, "the URL must begin with redis:// or unix://");
}

std::string where(const url& address)
{
    auto text = address.is_unix() ? address.path : fmt::format("{}:{}", address.host, address.port);
    if (address.database != 0) text += fmt::format("/{}", address.database);
    return text;
}

} // namespace tropeiro::redis
