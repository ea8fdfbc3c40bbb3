#include "worker/context/target_pools.hpp"

#include "shared/rows/pinned_settings.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "worker/context/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::worker::context {
namespace {

constexpr std::size_t kept_pools = 64; // the databases of one pass
constexpr std::chrono::seconds patience{60};

/// The connection takes the job's name; what an earlier owner left running is ended.
task<> take_over(pg::connection& target, const job_context& job)
{
    co_await target.query("SELECT set_config('application_name', $1, false)", job.application_name());
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

task<pg::lease> target_pools::take(std::string database, const job_context& job)
{
    auto lease = co_await pool_for(database).acquire(patience);
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
