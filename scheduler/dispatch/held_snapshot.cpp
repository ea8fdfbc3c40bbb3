#include "scheduler/dispatch/held_snapshot.hpp"

#include "shared/pg/pooler.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr std::chrono::milliseconds longest_answer{10'000};

pg::connect_options keeper_options(const std::string& holder)
{
    pg::connect_options options;
    options.application_name = "tropeiro keeper " + holder;
    options.settings = {{"idle_in_transaction_session_timeout", "0"},
                        {"statement_timeout", "0"},
                        {"lock_timeout", "0"},
                        {"tcp_keepalives_idle", "30"},
                        {"tcp_keepalives_interval", "10"},
                        {"tcp_keepalives_count", "3"}};
    return options;
}

task<> refuse_pooler(pg::connection& source)
{
    const auto pooler = co_await pg::transaction_pooler(source);
    if (pooler)
        throw failure(error_kind::refused,
                      fmt::format("the source {} is reached through a pooler that shares sessions: {}",
                                  source.where().where(), *pooler),
                      "copying needs a direct connection string; on Supabase the one called Direct");
}

} // namespace

task<held_snapshot> held_snapshot::open(pg::dsn source, std::string holder, std::string import_name)
{
    const auto options = keeper_options(holder);
    auto connection = co_await pg::connection::open(std::move(source), options);
    if (import_name.empty()) co_await refuse_pooler(connection);
    auto transaction =
        co_await pg::transaction::begin(connection, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (!import_name.empty()) {
        auto import = "SET TRANSACTION SNAPSHOT " + pg::quote_literal(import_name);
        co_await connection.execute(std::move(import));
    }
    const auto exported = co_await connection.query("SELECT pg_export_snapshot()");
    auto name = exported.one().get<std::string>(0);
    co_return held_snapshot(std::move(connection), std::move(transaction), std::move(name));
}

task<bool> held_snapshot::alive()
{
    connection_.set_timeout(longest_answer);
    try {
        co_await connection_.query("SELECT 1");
        co_return true;
    } catch (const pg::error&) {
        co_return false;
    }
}

bool is_snapshot_gone(const pg::error& e)
{
    // invalid_parameter_value, undefined_object, undefined_file, object_not_in_prerequisite_state: which one
    // depends on the server's version and on how the exporter went.
    const auto& state = e.sqlstate();
    return state == "22023" || state == "42704" || state == "58P01" || state == "55000";
}

} // namespace tropeiro::scheduler::dispatch
