#include "scheduler/cli/app.hpp"

#include "scheduler/api/routes.hpp"
#include "scheduler/cli/command_line.hpp"
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/session.hpp"
#include "shared/config/load.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/cancellation.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace tropeiro::scheduler::cli {
namespace {

result<config::workspace> load_workspace(const arguments& given, config::environment variables)
{
    config::load_request request;
    if (const auto file = given.maybe("config")) request.file = *file;
    request.process = std::move(variables);
    return config::load(request);
}

result<> set_up_log(const arguments& given, bool serving)
{
    log::options how;
    how.at_least = serving ? log::level::info : log::level::warn;
    if (const auto wanted = given.maybe("log-level")) {
        const auto level = log::level_from(*wanted);
        if (!level)
            return error{error_kind::usage, "--log-level " + *wanted + " is no level",
                         "trace, debug, info, warn, error or off"};
        how.at_least = *level;
    }
    if (serving && given.has("json")) how.as = log::style::json;
    log::setup(how);
    return {};
}

error described(const std::exception_ptr& thrown)
{
    if (rt::is_cancelled(thrown)) return {error_kind::interrupted, "interrupted", {}};
    try {
        std::rethrow_exception(thrown);
    } catch (const failure& e) {
        return e.what_went_wrong();
    } catch (const std::exception& e) {
        return {error_kind::failed, e.what(), {}};
    }
}

/// Whether the command's work is another process's. A server is not there before it is served, nor its control schema
/// before `init`: who has that database's own address makes it. The source's does not stand in for it here.
bool asks_server(const command& row, const config::workspace& workspace)
{
    if (workspace.server.url.empty() || row.noun == "serve") return false;
    return row.noun != "init" || !workspace.names_control();
}

/// Everything that lives as long as the command.
class program {
  public:
    program(const command& row, const arguments& given, const config::workspace& workspace, output& out)
        : row_(row), given_(given), workspace_(workspace), out_(out), signals_(loop_.get_executor()),
          backend_(loop_.get_executor(), workspace), router_(api::make_router(backend_)),
          embedded_(loop_.get_executor(), workspace, backend_, out)
    {
        const bool remote = asks_server(row, workspace);
        if (remote) {
            const auto token = workspace.server_token();
            endpoint_ = http_endpoint(workspace.server.url, token ? token->value : secret());
        } else {
            endpoint_ = local_endpoint(router_);
            if (row.noun != "serve")
                backend_.provide_scheduler([this] { return embedded_.scheduler_for_start(); });
        }
        session_.emplace(session{workspace_, out_, *endpoint_, backend_, remote ? nullptr : &embedded_,
                                 signals_, given.has("yes"), given.has("no-input"), false});
    }

    int run()
    {
        signals_.on_signal([this](bool hard) { on_signal(hard); });
        const auto on_end = [this](std::exception_ptr thrown, int code) {
            code_ = thrown ? fail(thrown) : code;
            signals_.close();
        };
        asio::co_spawn(loop_, command_to_its_end(), asio::bind_cancellation_slot(cut_.slot(), on_end));
        loop_.run();
        return code_;
    }

  private:
    void on_signal(bool hard)
    {
        if (!hard && session_->ends_softly) return;
        if (hard) embedded_.kill_workers();
        cut_.emit(rt::hard);
    }

    int fail(const std::exception_ptr& thrown)
    {
        auto what = described(thrown);
        if (row_.noun == "init" && !session_->embedded && what.kind == error_kind::unreachable)
            what.hint +=
                fmt::format("; where there is no server yet, give the control database's address in {}",
                            workspace_.control.url_env.front());
        out_.fail(what);
        return exit_code(what.kind);
    }

    task<int> command_to_its_end()
    {
        int code = 0;
        try {
            code = co_await row_.run(*session_, given_);
        } catch (...) {
            code = fail(std::current_exception());
        }
        co_await rt::shield();
        co_await embedded_.stop();
        backend_.close();
        co_return code;
    }

    const command& row_;
    const arguments& given_;
    const config::workspace& workspace_;
    output& out_;
    asio::io_context loop_{1};
    asio::cancellation_signal cut_;
    rt::shutdown_signal signals_;
    api::backend backend_;
    http::router router_;
    embedded_scheduler embedded_;
    std::unique_ptr<endpoint> endpoint_;
    std::optional<session> session_;
    int code_ = 0;
};

} // namespace

int run_program(const std::vector<std::string>& words, config::environment variables)
{
    const auto table = command_table();
    output::style style;
    style.where = inspect_terminal(variables);
    const auto line = parse_line(table, words);
    if (line) {
        style.json = line->given.has("json");
        style.quiet = line->given.has("quiet");
    }
    output out(std::cout, std::cerr, style);
    const auto fail = [&](const error& e) {
        out.fail(e);
        return exit_code(e.kind);
    };
    if (!line) return fail(line.error());
    if (!line->found) {
        out.data(line->help);
        return 0;
    }
    const auto workspace = load_workspace(line->given, std::move(variables));
    if (!workspace) return fail(workspace.error());
    if (const auto ready = set_up_log(line->given, line->found->noun == "serve"); !ready)
        return fail(ready.error());
    try {
        program run(*line->found, line->given, *workspace, out);
        return run.run();
    } catch (const failure& e) {
        return fail(e.what_went_wrong());
    }
}

} // namespace tropeiro::scheduler::cli
