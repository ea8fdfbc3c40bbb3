// Where a Redis is. Parsed once at the door; the password is a secret from there on.
#pragma once

#include "shared/base/error.hpp"
#include "shared/base/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tropeiro::redis {

struct url {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string path; // of a unix socket; when set, host and port play no part
    std::string user; // empty: the default user
    secret password;  // empty: no AUTH
    int database = 0;

    bool is_unix() const { return !path.empty(); }
    friend bool operator==(const url&, const url&) = default;
};

/// redis://[[user]:password@]host[:port][/db], unix:///path[?db=N]. Percent-encoding is undone. Errors call
/// the text by `variable`, the name of the setting it came from, and never repeat it: it may hold a password.
result<url> parse_url(std::string_view text, std::string_view variable);

/// "host:port" or the socket's path, with "/db" when it is not 0: for error texts and logs.
std::string where(const url& address);

} // namespace tropeiro::redis
