#include "shared/pg/pooler.hpp"

#include <fmt/format.h>

#include <set>

namespace tropeiro::pg {
namespace {

constexpr auto ask_pid = "SELECT pg_backend_pid()";

std::string no_session(const dsn& where, std::string_view evidence)
{
    return fmt::format("{} is a connection pooler that gives every transaction another session ({})",
                       where.server(), evidence);
}

// Whether a transaction that `second` holds open runs on a server process that `first` was given outside of
// one. Under a session of our own no other client can be there.
task<std::optional<std::string>> shares_processes(connection& second, std::set<int> given_to_first)
{
    std::optional<std::string> reason;
    try {
        co_await second.execute("BEGIN");
        const auto answer = co_await second.query(ask_pid);
        const int pid = answer.one().get<int>(0);
        if (given_to_first.contains(pid))
            reason =
                no_session(second.where(), fmt::format("two connections were given server process {}", pid));
        co_await second.execute("ROLLBACK");
    } catch (const error& e) {
        // A pooler in statement mode does not let a transaction begin.
        if (e.message().find("statement pooling") == std::string::npos) throw;
        reason = no_session(second.where(), e.message());
    }
    co_return reason;
}

} // namespace

task<std::optional<std::string>> transaction_pooler(connection& through)
{
    // A server announces its own process when a session starts. Every pooler announces a number of its own,
    // since it has to route cancel requests, in session mode too; that alone is no harm.
    std::set<int> pids;
    constexpr int looks = 3;
    for (int look = 0; look < looks; ++look) {
        const auto answer = co_await through.query(ask_pid);
        const int pid = answer.one().get<int>(0);
        if (pid == through.backend_pid()) co_return std::nullopt;
        pids.insert(pid);
    }
    if (pids.size() > 1)
        co_return no_session(through.where(),
                             fmt::format("{} statements ran in {} server processes", looks, pids.size()));

    auto second = co_await connection::open(through.where());
    auto reason = co_await shares_processes(second, std::move(pids));
    co_return reason;
}

} // namespace tropeiro::pg
