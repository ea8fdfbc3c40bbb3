#include "scheduler/api/backend.hpp"

#include "scheduler/store/queue_epoch.hpp"
#include "shared/tenancy/control_schema.hpp"

namespace tropeiro::scheduler::api {
namespace {

constexpr milliseconds control_deadline{15'000};

pg::dsn parsed(const config::named_secret& url)
{
    return pg::parse_dsn(url.value.reveal(), url.variable).value();
}

} // namespace

backend::backend(asio::any_io_executor executor, const config::workspace& workspace)
    : executor_(std::move(executor)), workspace_(workspace)
{
    if (const auto url = workspace.redis_url()) redis_url_ = url->value;
}

backend::~backend() = default;

pg::dsn backend::control_dsn() const { return parsed(workspace_.control_url().value()); }
pg::dsn backend::source_dsn() const { return parsed(workspace_.source_url().value()); }
pg::dsn backend::target_admin_dsn() const { return parsed(workspace_.target_admin_url().value()); }

std::optional<pg::dsn> backend::source_dsn_if_set() const
{
    const auto url = workspace_.source_url();
    if (!url) return std::nullopt;
    return parsed(*url);
}

pg::pool& backend::control_pool()
{
    if (!pool_) {
        pg::connect_options connecting;
        connecting.application_name = "tropeiro/api";
        pool_ = std::make_unique<pg::pool>(executor_, control_dsn(), connecting);
    }
    return *pool_;
}

task<pg::lease> backend::bare_control()
{
    auto lease = co_await control_pool().acquire(control_deadline);
    co_return lease;
}

/// `init` would ask the server, which does not start without the schema.
task<> backend::require_schema(pg::connection& control)
{
    try {
        co_await tenancy::require_control_schema(control);
    } catch (const tenancy::schema_outdated& e) {
        if (workspace_.server.url.empty() || workspace_.names_control()) throw;
        throw failure(e.kind(), e.what(),
                      fmt::format("{}; with that database's address in {} `tropeiro init` asks no server",
                                  e.hint(), workspace_.control.url_env.front()));
    }
}

task<pg::lease> backend::control()
{
    auto lease = co_await control_pool().acquire(control_deadline);
    if (!schema_checked_) {
        co_await require_schema(lease.get());
        schema_checked_ = true;
    }
    co_return lease;
}

task<tenancy::cities_table> backend::cities(pg::connection& control)
{
    return tenancy::cities_table::bind(control, workspace_.control.cities);
}

void backend::provide_scheduler(std::function<task<dispatch::scheduler_service*>()> start)
{
    start_scheduler_ = std::move(start);
}

task<dispatch::scheduler_service*> backend::scheduler()
{
    if (!running_ && start_scheduler_) running_ = co_await start_scheduler_();
    if (!running_)
        throw failure(error_kind::conflict, "this process dispatches no rollouts",
                      "run `tropeiro serve`, or a command without server.url configured");
    co_return running_;
}

task<queue::redis_queue*> backend::queue(pg::connection& control)
{
    if (!redis_url_) co_return nullptr;
    const auto epoch = co_await store::read_queue_epoch(control);
    if (epoch.epoch == 0) co_return nullptr;
    if (!queue_ || queue_address_ != redis_url_->reveal()) {
        auto address = redis::parse_url(redis_url_->reveal(), "REDIS_URL").value();
        queue_ = std::make_unique<queue::redis_queue>(std::move(address), epoch.epoch);
        queue_address_ = redis_url_->reveal();
    }
    queue_->use_epoch(epoch.epoch);
    co_return queue_.get();
}

void backend::close()
{
    queue_.reset();
    if (pool_) pool_->close();
}

} // namespace tropeiro::scheduler::api
