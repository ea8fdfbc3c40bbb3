#include "scheduler/cli/private_redis.hpp"

#include "shared/base/text.hpp"
#include "shared/redis/client.hpp"
#include "shared/rt/deadline.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sstream>

namespace tropeiro::scheduler::cli {
namespace {

namespace fs = std::filesystem;

rt::child_options options_for(const fs::path& folder, const fs::path& log_file)
{
    rt::child_options options;
    options.program = "redis-server";
    options.args = {"--port",
                    "0",
                    "--unixsocket",
                    (folder / "redis.sock").string(),
                    "--unixsocketperm",
                    "700",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--daemonize",
                    "no",
                    "--maxmemory-policy",
                    "noeviction",
                    "--dir",
                    folder.string()};
    options.log_file = log_file;
    return options;
}

std::string end_of(const fs::path& file)
{
    std::ifstream in(file);
    std::ostringstream all;
    all << in.rdbuf();
    auto lines = text::split_list(all.str(), '\n');
    if (lines.size() > 5) lines.erase(lines.begin(), lines.end() - 5);
    return text::join(lines, "\n");
}

task<bool> answers(std::string url)
{
    bool ok = false;
    try {
        auto client = co_await redis::client::open(redis::parse_url(url, "the private Redis").value(),
                                                   milliseconds(500));
        co_await client.call(redis::command("PING"));
        ok = true;
    } catch (const failure&) {
        // Not yet.
    }
    co_return ok;
}

} // namespace

private_redis::private_redis(scratch_folder folder, fs::path log_file)
    : folder_(std::move(folder)), log_file_(std::move(log_file))
{
}

task<private_redis> private_redis::start(fs::path log_file)
{
    private_redis made(scratch_folder::make(), std::move(log_file));
    co_await made.launch();
    co_return made;
}

task<> private_redis::launch()
{
    auto executor = co_await asio::this_coro::executor;
    server_ = std::make_unique<rt::child>(executor, options_for(folder_.path(), log_file_));
    const auto address = url().reveal();
    for (const auto began = steady::now(); seconds_since(began) < 10 && server_->running();) {
        const bool up = co_await answers(address);
        if (up) co_return;
        co_await rt::sleep_for(milliseconds(20));
    }
    throw failure(error_kind::failed,
                  fmt::format("the private redis-server did not come up:\n{}", end_of(log_file_)),
                  "set REDIS_URL to use a Redis that runs already");
}

task<bool> private_redis::revive()
{
    if (server_ && server_->running()) co_return false;
    co_await launch();
    co_return true;
}

secret private_redis::url() const { return secret("unix://" + (folder_.path() / "redis.sock").string()); }

task<> private_redis::stop()
{
    if (!server_) co_return;
    server_->signal(SIGKILL); // it keeps nothing, and takes a tenth of a second to look at a gentler one
    co_await server_->wait();
}

} // namespace tropeiro::scheduler::cli
