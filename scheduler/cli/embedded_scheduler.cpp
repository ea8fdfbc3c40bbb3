#include "scheduler/cli/embedded_scheduler.hpp"

#include "shared/base/text.hpp"
#include "shared/log/log.hpp"
#include "shared/redis/client.hpp"
#include "shared/rt/deadline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::cli {
namespace {

namespace fs = std::filesystem;

constexpr seconds leadership_wait{5};
constexpr seconds worker_grace{60}; // a batch and its commit
constexpr seconds redis_patience{5};

} // namespace

embedded_scheduler::embedded_scheduler(asio::any_io_executor executor, const config::workspace& workspace,
                                       api::backend& backend, output& out)
    : executor_(std::move(executor)), workspace_(workspace), backend_(backend), out_(out)
{
}

embedded_scheduler::~embedded_scheduler()
{
    if (log_before_) log::setup(*log_before_);
}

void embedded_scheduler::open_logs()
{
    if (log_before_) return;
    logs_ = log_folder(workspace_);
    std::error_code status;
    fs::create_directories(logs_, status);
    if (status)
        throw failure(error_kind::failed,
                      fmt::format("cannot make the log folder {}: {}", logs_.string(), status.message()),
                      "set XDG_STATE_HOME to a folder that may be written");
    own_log_.clear();
    own_log_.open(logs_ / "scheduler.log", std::ios::app);
    if (!own_log_)
        throw failure(error_kind::failed, fmt::format("cannot write {}", (logs_ / "scheduler.log").string()));
    // The service's own lines would tear the progress frame.
    log_before_ = log::in_use();
    auto to_file = *log_before_;
    to_file.at_least = std::min(to_file.at_least, log::level::info);
    to_file.to = &own_log_;
    log::setup(to_file);
}

task<dispatch::scheduler_service*> embedded_scheduler::scheduler_for_start()
{
    if (!service_) co_await require_redis();
    auto* service = co_await scheduler();
    co_return service;
}

task<dispatch::scheduler_service*> embedded_scheduler::scheduler()
{
    if (service_) co_return service_.get();
    open_logs();
    if (!backend_.redis_url()) {
        auto started = co_await private_redis::start(logs_ / "redis.log");
        redis_.emplace(std::move(started));
        backend_.use_redis(redis_->url());
    }
    auto options = service_options_for(backend_, *backend_.redis_url());
    service_ = std::make_unique<dispatch::scheduler_service>(executor_, std::move(options));
    service_->start();
    backend_.use_scheduler(service_.get());
    co_return service_.get();
}

task<> embedded_scheduler::require_redis() const
{
    const auto url = workspace_.redis_url();
    if (!url) co_return; // one of our own is started
    auto address = redis::parse_url(url->value.reveal(), url->variable).value();
    co_await redis::client::open(std::move(address), redis_patience);
}

task<> embedded_scheduler::work()
{
    co_await scheduler();
    for (const auto began = steady::now(); !service_->leading() && steady::now() - began < leadership_wait;)
        co_await rt::sleep_for(milliseconds(50));
    co_await tend();
}

task<> embedded_scheduler::tend()
{
    if (!service_) co_return;
    if (redis_) {
        const bool had_died = co_await redis_->revive();
        if (had_died)
            out_.warn("the private redis-server had ended; a new one is loaded from the control database");
    }
    tell_news();
    if (service_->leading() && !fleet_) start_workers();
    if (fleet_ && !fleet_->broken().empty())
        throw failure(error_kind::failed, fleet_->broken(),
                      fmt::format("the workers' logs are in {}", logs_.string()));
}

void embedded_scheduler::tell_news()
{
    const service_state now{service_->leading(), service_->another_leads(), service_->dispatching_outage(),
                            service_->election_outage()};
    for (const auto& line : news_.look(now, steady::now())) {
        if (line.warning)
            out_.warn(line.text);
        else
            out_.say(line.text);
    }
}

void embedded_scheduler::start_workers()
{
    fleet_options options;
    options.program = find_worker_program();
    options.logs = logs_;
    if (!workspace_.file.empty()) options.args = {"--config", fs::absolute(workspace_.file).string()};
    options.secrets = worker_secrets(workspace_, *backend_.redis_url());
    options.workers = workers_;
    options.on_end = [this](std::string worker) { return service_->worker_gone(std::move(worker)); };
    fleet_ = std::make_unique<worker_fleet>(executor_, std::move(options), out_);
    fleet_->start();
    out_.say(fmt::format("{} started; logs in {}", text::counted(workers_, "worker"), logs_.string()));
}

task<> embedded_scheduler::stop()
{
    if (fleet_) co_await fleet_->stop(worker_grace);
    fleet_.reset();
    if (service_) {
        service_->stop();
        co_await service_->join();
        backend_.use_scheduler(nullptr);
    }
    service_.reset();
    if (redis_) co_await redis_->stop();
    redis_.reset();
}

void embedded_scheduler::kill_workers()
{
    if (fleet_) fleet_->kill();
}

fs::path log_folder(const config::workspace& workspace)
{
    if (const auto state = workspace.variables.get("XDG_STATE_HOME"))
        return fs::path(*state) / "tropeiro" / "logs";
    const auto base = workspace.directory.empty() ? fs::path(".") : workspace.directory;
    return base / ".tropeiro" / "logs";
}

dispatch::service_options service_options_for(const api::backend& backend, const secret& redis_url)
{
    dispatch::service_options options;
    options.control = backend.control_dsn();
    options.source = backend.source_dsn_if_set();
    options.redis = redis::parse_url(redis_url.reveal(), "REDIS_URL").value();
    options.limits = backend.workspace().limits;
    return options;
}

} // namespace tropeiro::scheduler::cli
