#include "shared/pg/error.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace tropeiro::pg {
namespace {

std::string sentence(const server_message& said, const std::string& where)
{
    std::string text = said.message;
    if (!said.detail.empty()) text += fmt::format(" - {}", said.detail);
    if (!said.context.empty()) text += fmt::format(" ({})", said.context);
    if (!said.sqlstate.empty()) text += fmt::format(" [{}]", said.sqlstate);
    return fmt::format("{}: {}", where, text);
}

bool in_class(std::string_view sqlstate, std::string_view prefix) { return sqlstate.starts_with(prefix); }

// The server ended the session: stopping, crashed, starting, database dropped, idle too long (57P05, 25P03).
constexpr std::array<std::string_view, 6> session_ended{"57P01", "57P02", "57P03", "57P04", "57P05", "25P03"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& list, std::string_view sqlstate)
{
    for (const auto one : list)
        if (one == sqlstate) return true;
    return false;
}

/// The way out of what people and machines run into most; else the server's own hint.
std::string way_out(const server_message& said)
{
    if (said.sqlstate == "53100")
        return "make room on that server's disk and try again: tables that are complete stay";
    if (!said.hint.empty()) return said.hint;
    if (in_class(said.sqlstate, "28"))
        return "correct the user or the password in this server's connection string; \"tropeiro check\" "
               "tries every one";
    if (in_class(said.sqlstate, "08") && said.sqlstate != "08P01")
        return "see that the server runs and that host and port of its connection string are right; "
               "\"tropeiro check\" "
               "tries every one";
    if (said.sqlstate == "3D000") return "correct the database's name in the connection string, or create it";
    if (said.sqlstate == "55P03")
        return "another session holds a lock or waits for one: pg_locks and pg_stat_activity tell which";
    if (said.sqlstate == state_too_many_connections)
        return "raise max_connections there, or run fewer workers";
    return {};
}

server_message unknown_outcome(server_message said)
{
    said.message =
        "the connection was lost while committing, so whether it happened is not known: " + said.message;
    return said;
}

} // namespace

error::error(server_message said, std::string where)
    : failure(kind_of(said.sqlstate), sentence(said, where), way_out(said)), said_(std::move(said)),
      where_(std::move(where))
{
}

commit_unknown::commit_unknown(const error& cause) : error(unknown_outcome(cause.said()), cause.where()) {}

bool is_connection_lost(const error& e)
{
    return in_class(e.sqlstate(), "08") || among(session_ended, e.sqlstate());
}

bool is_retryable(std::string_view sqlstate)
{
    // serialization_failure, deadlock_detected, lock_not_available, object_in_use, io_error
    static constexpr std::array<std::string_view, 5> codes{"40001", "40P01", "55P03", "55006", "58030"};
    if (in_class(sqlstate, "08")) return sqlstate != "08P01"; // a protocol violation stays one
    if (in_class(sqlstate, "53")) return true; // disk full, out of memory, too many connections
    return among(codes, sqlstate) || (among(session_ended, sqlstate) && sqlstate != "57P04");
}

error_kind kind_of(std::string_view sqlstate)
{
    if (sqlstate == "08P01") return error_kind::failed;
    if (in_class(sqlstate, "28")) return error_kind::unreachable; // wrong password, no entry in pg_hba.conf
    if (in_class(sqlstate, "08") || sqlstate == state_pool_exhausted) return error_kind::unreachable;
    if (sqlstate == state_too_many_connections) return error_kind::unreachable;
    if (sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03") return error_kind::unreachable;
    if (sqlstate == "3D000") return error_kind::not_found; // no such database
    if (sqlstate == "42P04" || sqlstate == "55006" || sqlstate == "55P03") return error_kind::conflict;
    return error_kind::failed;
}

} // namespace tropeiro::pg
