#include "worker/context/target_pools.hpp"

#include "shared/pg/error.hpp"
#include "shared/rows/pinned_settings.hpp"
#include "shared/rt/backoff.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "worker/context/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::worker::context {
namespace {

constexpr std::size_t kept_pools = 64; // the databases of one pass
constexpr std::chrono::seconds patience{60};
constexpr milliseconds shortest_wait{5000}; // for a connection, when the patience is nearly over
constexpr milliseconds shortest_pause{100};
constexpr milliseconds longest_pause{2000};

/// The connection takes the job's name; what an earlier owner left running is ended.
task<> take_over(pg::connection& target, const job_context& job)
{
    co_await target.query_prepared("SELECT set_config('application_name', $1, false)",
                                   job.application_name());
    if (job.fence <= 1) co_return;
    const auto prefix = fmt::format("tropeiro/{}/", job.job.value);
    co_await target.query(sql::end_older_backends, prefix, job.fence);
}

} // namespace

target_pools::target_pools(asio::any_io_executor executor, pg::dsn admin, std::size_t slots)
    : executor_(std::move(executor)), admin_(std::move(admin)), slots_(slots)
{
}

pg::pool& target_pools::pool_for(const std::string& database)
{
    const auto at =
        std::find_if(pools_.begin(), pools_.end(), [&](const entry& e) { return e.database == database; });
    if (at != pools_.end()) {
        pools_.splice(pools_.begin(), pools_, at);
        return pools_.front().pool;
    }
    while (pools_.size() >= kept_pools) {
        pools_.back().pool.close(); // leases of it live on
        pools_.pop_back();
    }
    pg::connect_options connecting;
    connecting.settings = rows::pinned_settings();
    // An application that works in the database must not queue behind us for long.
    connecting.settings.emplace_back("lock_timeout", "60s");
    pg::pool_options options;
    options.max = slots_;
    options.idle_timeout = std::chrono::seconds(10);
    pools_.push_front({database, pg::pool(executor_, admin_.with_database(database), connecting, options)});
    return pools_.front().pool;
}

/// Where all of the server's connections are in use, those that are idle here are given back, and others' are in seconds.
task<pg::lease> target_pools::connect(std::string database, const job_context& job)
{
    rt::backoff pause(longest_pause, longest_pause);
    const auto give_up = steady::now() + patience;
    for (;;) {
        try {
            const auto left = std::chrono::duration_cast<milliseconds>(give_up - steady::now());
            auto lease = co_await pool_for(database).acquire(std::max(left, shortest_wait));
            co_return lease;
        } catch (const pg::error& e) {
            const bool full = e.sqlstate() == pg::state_too_many_connections;
            if (!full || job.pulse.lost() || steady::now() > give_up) throw;
            if (pause.attempts() == 0)
                job.log.info("the target server is full; waiting", {{"error", e.what()}});
        }
        job.pulse.leave_if_asked();
        for (auto& held : pools_)
            held.pool.close_idle();
        co_await rt::sleep_for(shortest_pause + pause.next());
    }
}

task<pg::lease> target_pools::take(std::string database, const job_context& job)
{
    auto lease = co_await connect(std::move(database), job);
    co_await take_over(*lease, job);
    co_return lease;
}

task<pg::lease> target_pools::enter_unclaimed(const job_context& job)
{
    auto lease = co_await take(job.database, job);
    co_return lease;
}

task<pg::lease> target_pools::enter(const job_context& job)
{
    auto lease = co_await enter_unclaimed(job);
    tenancy::target_identity owner{job.tenant, job.city};
    co_await tenancy::require_identity(*lease, owner);
    co_return lease;
}

task<pg::lease> target_pools::administrate(const job_context& job)
{
    auto lease = co_await take(admin_.database, job);
    co_return lease;
}

void target_pools::close()
{
    for (auto& held : pools_)
        held.pool.close();
    pools_.clear();
}

} // namespace tropeiro::worker::context
