#include "shared/rt/subprocess.hpp"

#include "shared/base/text.hpp"
#include "shared/rt/cancellation.hpp"
#include "shared/rt/child.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/process_pipes.hpp"
#include "shared/rt/task_group.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace tropeiro::rt {
namespace {

constexpr std::size_t max_messages = std::size_t{1} << 20U;
constexpr auto grace = std::chrono::seconds(2);

task<> feed(process_pipes& pipes, const std::string& input)
{
    boost::system::error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    co_await asio::async_write(pipes.input, asio::buffer(input), token);
    if (status == asio::error::operation_aborted) throw boost::system::system_error(status);
    pipes.input.close(); // it may have ended without reading everything: its exit status tells
}

// Reads to the end of the stream. Above `limit`: throws when `what` is named, else drops the rest.
task<> collect(asio::posix::stream_descriptor& from, std::string& into, std::size_t limit, std::string what)
{
    std::array<char, 65536> block{};
    for (;;) {
        boost::system::error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        const auto got = co_await from.async_read_some(asio::buffer(block), token);
        if (status == asio::error::eof) co_return;
        if (status) throw boost::system::system_error(status);
        const auto room = limit - into.size();
        into.append(block.data(), std::min(got, room));
        if (got <= room || what.empty()) continue;
        throw failure(error_kind::failed, fmt::format("{} wrote more than {}", what,
                                                      text::human_bytes(static_cast<std::int64_t>(limit))));
    }
}

task<outcome> talk(child& process, process_pipes& pipes, const command& what)
{
    auto executor = co_await asio::this_coro::executor;
    outcome got;
    task_group streams(executor);
    if (!what.input.empty()) streams.spawn(feed(pipes, what.input), "stdin");
    streams.spawn(collect(pipes.output, got.output, what.max_output, what.program), "stdout");
    streams.spawn(collect(pipes.messages, got.messages, max_messages, {}), "stderr");
    co_await streams.join();
    got.exit_status = co_await process.wait();
    co_return got;
}

task<outcome> run_to_end(command what)
{
    auto executor = co_await asio::this_coro::executor;
    process_pipes pipes(executor, !what.input.empty());
    child process = pipes.start(executor, what);
    std::exception_ptr thrown;
    try {
        co_return co_await talk(process, pipes, what);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await shield();
    process.signal_group(SIGTERM); // a shell would leave its children behind
    co_await process.terminate(grace);
    std::rethrow_exception(thrown);
}

} // namespace

task<outcome> run(command what, steady::duration limit)
{
    const auto name = what.program;
    co_return co_await with_deadline(run_to_end(std::move(what)), limit, name);
}

task<outcome> run_checked(command what, steady::duration limit)
{
    const auto name = what.program;
    auto got = co_await run(std::move(what), limit);
    if (!got.ok()) {
        auto said = std::string(text::trim(got.messages));
        if (said.size() > 2000) said = "..." + said.substr(said.size() - 2000);
        throw failure(error_kind::failed, fmt::format("{} ended with exit status {}{}{}", name,
                                                      got.exit_status, said.empty() ? "" : ": ", said));
    }
    co_return got;
}

} // namespace tropeiro::rt
