#include "scheduler/cli/worker_fleet.hpp"

#include "scheduler/cli/restart_policy.hpp"
#include "shared/base/random.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/subprocess.hpp"

#include <fmt/format.h>

#include <csignal>

namespace tropeiro::scheduler::cli {
namespace {

namespace fs = std::filesystem;

task<> end_child(rt::child* worker, steady::duration grace) { co_await worker->terminate(grace); }

} // namespace

worker_fleet::worker_fleet(asio::any_io_executor executor, fleet_options options, output& out)
    : executor_(executor), options_(std::move(options)), out_(out),
      group_(executor, [this](std::string_view who, std::exception_ptr thrown) {
          ++given_up_;
          try {
              std::rethrow_exception(thrown);
          } catch (const std::exception& e) {
              broken_ = fmt::format("{} cannot be started: {}", who, e.what());
          }
      })
{
}

void worker_fleet::start()
{
    for (std::int64_t number = 1; number <= options_.workers; ++number)
        group_.spawn(keep_running(number), fmt::format("worker {}", number));
}

task<> worker_fleet::keep_running(std::int64_t number)
{
    const auto log_file = options_.logs / fmt::format("worker-{}.log", number);
    restart_policy policy;
    while (!stopping_) {
        rt::child_options how;
        how.program = options_.program.string();
        how.args = options_.args;
        const auto name = random_name();
        how.args.insert(how.args.end(), {"--name", name});
        how.secrets = options_.secrets;
        how.log_file = log_file;
        auto& worker = running_[number];
        const auto started = steady::now();
        worker = std::make_unique<rt::child>(executor_, std::move(how));
        const auto status = co_await worker->wait();
        if (stopping_) co_return;
        co_await tell_end(name);
        const auto wait = policy.after_end(status, started, steady::now());
        if (!wait) {
            ++given_up_;
            broken_ = fmt::format("worker {} refused to start; see {}", number, log_file.string());
            co_return;
        }
        out_.warn(fmt::format("worker {} ended with status {}; another one starts in {:.1f}s (log: {})",
                              number, status, static_cast<double>(wait->count()) / 1000, log_file.string()));
        co_await rt::sleep_for(*wait);
    }
}

task<> worker_fleet::tell_end(std::string name)
{
    try {
        if (options_.on_end) co_await options_.on_end(name);
    } catch (const failure& e) { // then its leases run out
        log::debug("the queue could not be told of a worker's end", {{"worker", name}, {"error", e.what()}});
    }
}

task<> worker_fleet::stop(steady::duration grace)
{
    stopping_ = true;
    {
        rt::task_group ending(executor_, [](std::string_view, std::exception_ptr) {});
        for (auto& [number, worker] : running_)
            if (worker && worker->running()) ending.spawn(end_child(worker.get(), grace), "ending a worker");
        co_await ending.join();
    }
    group_.cancel_all(rt::hard); // those that were waiting to restart
    co_await group_.join();
    running_.clear();
}

void worker_fleet::kill()
{
    for (auto& [number, worker] : running_)
        if (worker) worker->signal(SIGKILL);
}

fs::path find_worker_program()
{
    std::error_code ignored;
    const auto self = fs::read_symlink("/proc/self/exe", ignored);
    const auto beside = self.parent_path() / "tropeiro-worker";
    if (!self.empty() && fs::exists(beside, ignored)) return beside;
    try {
        return rt::find_program("tropeiro-worker");
    } catch (const failure&) {
        throw failure(error_kind::not_found,
                      fmt::format("there is no tropeiro-worker beside {} nor in PATH", self.string()),
                      "build it, or install it beside tropeiro");
    }
}

std::map<std::string, secret> worker_secrets(const config::workspace& workspace, const secret& redis_url)
{
    std::map<std::string, secret> out;
    for (const auto& url : {workspace.control_url(), workspace.source_url(), workspace.target_admin_url()})
        if (url) out[url->variable] = url->value;
    if (!workspace.redis.url_env.empty()) out[workspace.redis.url_env.front()] = redis_url;
    return out;
}

} // namespace tropeiro::scheduler::cli
