#include "scheduler/dispatch/leader.hpp"

#include "shared/pg/pooler.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::dispatch {
namespace {

constexpr std::int64_t leader_lock = 0x74726f70'0010; // "trop", 16: advisory locks are per database
constexpr std::chrono::milliseconds longest_answer{5000};

} // namespace

task<> leader::connect()
{
    pg::connect_options options;
    options.application_name = "tropeiro leader " + id_;
    options.settings = {
        {"tcp_keepalives_idle", "10"}, {"tcp_keepalives_interval", "5"}, {"tcp_keepalives_count", "3"}};
    auto opened = co_await pg::connection::open(control_, options);
    opened.set_timeout(longest_answer);
    const auto pooler = co_await pg::transaction_pooler(opened);
    if (pooler)
        throw failure(
            error_kind::refused,
            fmt::format("the control database {} is reached through a pooler that shares sessions: {}",
                        control_.where(), *pooler),
            "give the scheduler a direct connection string");
    session_.emplace(std::move(opened));
}

task<bool> leader::claim()
{
    if (session_ && !session_->usable()) resign();
    try {
        if (!session_) co_await connect();
        if (leading_) {
            co_await session_->query("SELECT 1");
            co_return true;
        }
        const auto got = co_await session_->query("SELECT pg_try_advisory_lock($1)", leader_lock);
        leading_ = got.one().get<bool>(0);
    } catch (...) {
        resign();
        throw;
    }
    co_return leading_;
}

void leader::resign()
{
    leading_ = false;
    session_.reset();
}

} // namespace tropeiro::scheduler::dispatch
