// What PostgreSQL, or the way to it, answered instead of a result.
//
// Thrown by everything in pg. A SQLSTATE is the server's where it sent one; otherwise one of the local codes
// below says what happened on this side. The text names server and database, never a password.
#pragma once

#include "shared/base/error.hpp"

#include <string>
#include <string_view>

namespace tropeiro::pg {

// Codes for what the server cannot report itself. Class 08 is "connection exception" in the standard.
inline constexpr std::string_view state_no_connection = "08001";   // it could not be established
inline constexpr std::string_view state_connection_lost = "08006"; // it was there and is gone
inline constexpr std::string_view state_no_reply = "08T01";        // ours: no reply within the time allowed
inline constexpr std::string_view state_too_many_connections = "53300";
inline constexpr std::string_view state_pool_exhausted = "53T01"; // ours: no connection became free in time

/// The fields of an ErrorResponse that we use.
struct server_message {
    std::string sqlstate; // five characters, or empty
    std::string message;  // the primary line
    std::string detail;
    std::string hint;
    std::string context;    // "COPY schools, line 3, column id"
    std::string column;     // that a NOT NULL or a domain is about
    std::string constraint; // that is violated
};

class error : public failure {
  public:
    /// `where` is the server and database, as dsn::where() gives it.
    error(server_message said, std::string where);

    /// Five characters; empty when there is none.
    const std::string& sqlstate() const { return said_.sqlstate; }
    /// The server's primary line alone, without detail, code and place.
    const std::string& message() const { return said_.message; }
    const std::string& detail() const { return said_.detail; }
    const std::string& context() const { return said_.context; }
    const std::string& where() const { return where_; }
    const server_message& said() const { return said_; }

  private:
    server_message said_;
    std::string where_;
};

/// The connection went away after COMMIT was sent: the transaction may or may not have happened. Look, never
/// guess.
class commit_unknown : public error {
  public:
    explicit commit_unknown(const error& cause);
};

/// The connection that this came from is gone (or was never there).
bool is_connection_lost(const error& e);

/// Whether the same work may succeed when it is tried again: lost connections, deadlocks, serialization
/// failures, a server starting, stopping or full, a lock that was not available.
bool is_retryable(std::string_view sqlstate);

/// The kind that the command line's exit code is made from.
error_kind kind_of(std::string_view sqlstate);

} // namespace tropeiro::pg
