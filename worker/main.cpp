// tropeiro-worker: reads the configuration, makes the site and the queue, runs one fleet_worker until it is told to
// leave. Everything else is in runtime/.
#include "shared/base/random.hpp"
#include "shared/config/load.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/signals.hpp"
#include "worker/runtime/fleet_worker.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <optional>

namespace tropeiro::worker {
namespace {

struct flags {
    std::string config;
    std::string name;
    std::size_t slots = 2;
    std::int64_t lease_ms = queue::lease_time.count();
    std::int64_t grace_ms = 20'000;
    std::string log_format = "text";
    std::string log_level = "info";
};

void declare(CLI::App& app, flags& given)
{
    app.add_option("--config", given.config,
                   "Workspace file; default: tropeiro.toml in this folder, if it is there");
    app.add_option("--name", given.name,
                   "Its name in the queue, of this process alone; default: a random one");
    app.add_option("--slots", given.slots, "Jobs at once")->check(CLI::Range(1, 64))->capture_default_str();
    app.add_option("--lease-ms", given.lease_ms, "Silence after which the worker's jobs go to others")
        ->check(CLI::Range(1'000, 600'000))
        ->capture_default_str();
    app.add_option("--grace-ms", given.grace_ms, "Time to reach a checkpoint after SIGTERM")
        ->capture_default_str();
    app.add_option("--log-format", given.log_format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--log-level", given.log_level, "trace, debug, info, warn or error")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}))
        ->capture_default_str();
    app.footer("Examples:\n"
               "  tropeiro-worker --config examples/conecta/tropeiro.toml --slots 4\n"
               "  REDIS_URL=redis://queue:6379 tropeiro-worker --log-format json\n\n"
               "Connection strings come from the environment or a .env file beside the workspace file.\n"
               "SIGTERM: leaves at the next checkpoint and gives its jobs back; a second one cuts.");
}

pg::dsn dsn_from(const result<config::named_secret>& found)
{
    const auto& url = found.value();
    return pg::parse_dsn(url.value.reveal(), url.variable).value();
}

redis::url redis_from(const config::workspace& workspace)
{
    const auto found = workspace.redis_url();
    if (!found)
        throw failure(error_kind::usage, "Connection string not provided: set REDIS_URL for the queue",
                      "redis://host:6379 or unix:///path/to/socket");
    return redis::parse_url(found->value.reveal(), found->variable).value();
}

context::site_addresses addresses_from(const config::workspace& workspace)
{
    return {dsn_from(workspace.control_url()), dsn_from(workspace.source_url()),
            dsn_from(workspace.target_admin_url()), workspace.control.cities};
}

void work(const flags& given)
{
    config::load_request request;
    if (!given.config.empty()) request.file = given.config;
    request.process = config::process_environment();
    const auto workspace = config::load(request).value();

    asio::io_context loop(1);
    runtime::fleet_worker_options options;
    options.name = given.name.empty() ? random_name() : given.name;
    options.slots = given.slots;
    options.lease = milliseconds(given.lease_ms);
    options.grace = milliseconds(given.grace_ms);
    context::site servers(loop.get_executor(), addresses_from(workspace), given.slots, options.name);
    queue::redis_queue jobs(redis_from(workspace), 0);
    runtime::fleet_worker worker(loop.get_executor(), servers, jobs, options);
    rt::shutdown_signal shutdown(loop.get_executor());
    shutdown.on_signal([&](bool) { worker.stop(); });

    std::exception_ptr thrown;
    asio::co_spawn(loop, worker.run(), [&](std::exception_ptr e) {
        thrown = std::move(e);
        shutdown.close();
        servers.targets().close();
        servers.control().close();
        loop.stop();
    });
    loop.run();
    if (thrown) std::rethrow_exception(thrown);
}

} // namespace
} // namespace tropeiro::worker

int main(int argc, char** argv)
{
    using namespace tropeiro;
    worker::flags given;
    CLI::App app("Pulls jobs of a tropeiro fleet from Redis and carries them out.", "tropeiro-worker");
    worker::declare(app, given);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : exit_code(error_kind::usage);
    }
    log::setup({log::level_from(given.log_level).value(), log::style_from(given.log_format).value()});
    try {
        worker::work(given);
        return 0;
    } catch (const failure& e) {
        fmt::print(stderr, "error: {}\n", e.what());
        if (!e.hint().empty()) fmt::print(stderr, "hint: {}\n", e.hint());
        return exit_code(e.kind());
    } catch (const std::exception& e) {
        fmt::print(stderr, "error: {}\n", e.what());
        return exit_code(error_kind::failed);
    }
}
