// Where a database is and as whom to enter it. A value; parsed once from configuration.
#pragma once

#include "shared/base/error.hpp"
#include "shared/base/secret.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tropeiro::pg {

/// An empty host is localhost and an empty port 5432, for us and for child programs; other empty members mean
/// libpq's defaults. `host` may be a name, an address, the folder of a unix socket, or a
/// comma-separated list of those; `port` then has one entry or as many.
struct dsn {
    std::string host;
    std::string port;
    std::string user;
    std::string database;
    secret password;
    std::map<std::string, std::string> options; // every other keyword: sslmode, target_session_attrs, ...

    /// The same server and user, another database.
    dsn with_database(std::string name) const;

    /// "postgresql://user@host:port/db", URL-encoded, without the password and the options. It parses again.
    std::string display() const;
    /// "postgresql://host:port/db": neither user nor password.
    std::string without_credentials() const;
    /// "host:port", defaults filled in, several divided by commas; a socket folder as "/run/postgresql:5432".
    /// The key of a server.
    std::string server() const;
    /// "host:port/db", for messages.
    std::string where() const;

    /// PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD, PGSSLMODE ...: for pg_dump, pg_restore and psql, whose
    /// argument lists everybody can read.
    std::vector<std::pair<std::string, std::string>> environment() const;

    friend bool operator==(const dsn&, const dsn&) = default;
};

/// Reads a URL ("postgresql://...") or keywords ("host=... dbname=..."). `what` names the text in the error
/// (the variable or the setting it came from); the text itself is never repeated, for it may hold a password.
result<dsn> parse_dsn(std::string_view text, std::string_view what);

} // namespace tropeiro::pg
