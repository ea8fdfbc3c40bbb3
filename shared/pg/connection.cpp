#include "shared/pg/connection.hpp"

#include "shared/pg/session.hpp"
#include "shared/rt/blocking.hpp"
#include "shared/rt/deadline.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <utility>

namespace tropeiro::pg {
namespace {

struct cancel_deleter {
    void operator()(PGcancel* request) const { PQfreeCancel(request); }
};

// Blocks: opens a connection of its own to the server.
std::string send_cancel(PGcancel* request)
{
    char text[256] = "";
    if (PQcancel(request, text, sizeof text) == 1) return {};
    return text[0] != '\0' ? text : "the request was not taken";
}

} // namespace

connection::connection(std::shared_ptr<session> opened) : session_(std::move(opened)) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

task<connection> connection::open(dsn where, connect_options options)
{
    server_message late;
    const auto limit = options.timeout;
    const auto what = fmt::format("connecting to {}", where.server());
    try {
        auto work = establish(where, std::move(options));
        auto opened = co_await rt::with_deadline(std::move(work), limit, what);
        co_return connection(std::move(opened));
    } catch (const error&) {
        throw;
    } catch (const failure& e) {
        if (e.kind() != error_kind::unreachable) throw;
        // with_deadline's own
        late.sqlstate = state_no_reply;
        late.message = e.what();
    }
    throw error(std::move(late), where.where());
}

task<rows> connection::query_params(std::string sql, params values)
{
    return run_params(session_, std::move(sql), std::move(values));
}

task<rows> connection::query_prepared_params(std::string sql, params values)
{
    return run_prepared(session_, std::move(sql), std::move(values));
}

task<> connection::execute(std::string sql)
{
    const auto ignored = co_await run_simple(session_, std::move(sql));
}

task<rows> connection::query_script(std::string sql) { return run_simple(session_, std::move(sql)); }

bool connection::usable() const
{
    if (!session_ || !session_->alive() || session_->busy()) return false;
    return session_->owned() || PQtransactionStatus(session_->raw()) == PQTRANS_IDLE;
}

void connection::mark_broken() { session_->mark_broken(); }

void connection::set_timeout(std::chrono::milliseconds limit) { session_->set_timeout(limit); }

task<> connection::cancel()
{
    const auto on = session_;
    const std::shared_ptr<PGcancel> request(PQgetCancel(on->raw()), cancel_deleter());
    if (!request) on->raise_lost();
    std::function<std::string()> call = [request] { return send_cancel(request.get()); };
    auto trouble = co_await rt::off_loop<std::string>(std::move(call));
    if (trouble.empty()) co_return;
    server_message said;
    said.sqlstate = state_no_connection;
    said.message = "the running statement could not be cancelled: " + trouble;
    throw error(std::move(said), on->where().where());
}

int connection::backend_pid() const { return PQbackendPID(session_->raw()); }

int connection::server_version() const { return PQserverVersion(session_->raw()); }

const dsn& connection::where() const { return session_->where(); }

std::string connection::parameter(std::string_view name) const
{
    const char* value = PQparameterStatus(session_->raw(), std::string(name).c_str());
    return value ? value : "";
}

} // namespace tropeiro::pg
