// Tries a server: can it be reached, how long a round trip takes, as whom we are in, over TLS or not, and
// what that role may do there.
#pragma once

#include "shared/base/secret.hpp"
#include "shared/pg/dsn.hpp"
#include "shared/redis/url.hpp"
#include "shared/rt/asio.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace tropeiro::scheduler::api {

/// What a connection is for decides which privileges it needs.
enum class connection_role { control, source, target_admin, tenant };

struct connection_to_check {
    std::string name;     // "control", "source", "tenant recife"
    std::string variable; // that it came from; may be empty
    connection_role role = connection_role::control;
    pg::dsn where;
};

/// What a role may do on a server, as the catalogs say it.
struct granted {
    bool superuser = false;
    bool create_database = false;
    bool create_role = false;
    bool bypass_row_security = false;
    bool create_in_database = false; // CREATE on the database: schemas
    bool pooled = false;             // a transaction-mode pooler is in between
};

/// What will go wrong later with these privileges, one sentence each. Pure.
std::vector<std::string> warnings_for(connection_role role, const granted& rights);

/// {"name","variable","address","ok","latency_ms","version","tls","user","database","privileges":[...],
///  "warnings":[...],"error","hint"}. Never throws: what went wrong is the answer.
task<boost::json::value> check_connection(connection_to_check what);
task<boost::json::value> check_redis(redis::url where, std::string variable);

/// The answer for a connection that is not configured.
boost::json::value not_configured(std::string name, const error& why);

} // namespace tropeiro::scheduler::api
