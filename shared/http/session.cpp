#include "shared/http/session.hpp"

#include "shared/http/dispatch.hpp"
#include "shared/http/event_sender.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include <array>

namespace tropeiro::http {
namespace {

namespace bhttp = beast::http;
using boost::system::error_code;

constexpr std::uint32_t header_limit = 32 * 1024;

// Nothing to answer: it went away, was too slow (Beast has closed the socket then) or the server stops.
bool is_gone(const error_code& why)
{
    return why == bhttp::error::end_of_stream || why == beast::error::timeout || why == asio::error::eof ||
           why == asio::error::connection_reset || why == asio::error::broken_pipe ||
           why == asio::error::operation_aborted || why == bhttp::error::partial_message;
}

response refusal_for(const error_code& why, std::size_t body_limit)
{
    if (why == bhttp::error::body_limit)
        return error_response(
            error{error_kind::usage, fmt::format("the body is larger than {} bytes", body_limit), {}}, 413);
    if (why == bhttp::error::header_limit)
        return error_response(error{error_kind::usage, "the header is too large", {}}, 431);
    return error_response(
        error{error_kind::usage, fmt::format("this is no HTTP request: {}", why.message()), {}}, 400);
}

} // namespace

std::string peer_of(const asio::ip::tcp::socket& socket)
{
    error_code status;
    const auto end = socket.remote_endpoint(status);
    return status ? std::string("unknown") : fmt::format("{}:{}", end.address().to_string(), end.port());
}

session::session(std::shared_ptr<serving> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)), stream_(std::move(socket)), peer_(peer_of(stream_.socket()))
{
    error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    shared_->open.insert(this);
}

session::~session() { shared_->open.erase(this); }

void session::wind_down()
{
    if (idle_) stream_.cancel();
    if (streaming_ != nullptr) streaming_->cancel_all(rt::hard);
}

task<> session::run()
{
    for (;;) {
        const bool asked = co_await await_request();
        if (!asked) break;
        const bool keep = co_await serve_one();
        if (!keep) break;
    }
    co_await close();
}

// Waits for the first byte of the next request, unless it came with the last one already (pipelining).
task<bool> session::await_request()
{
    if (shared_->stopping) co_return false;
    if (buffer_.size() > 0) co_return true;
    stream_.expires_after(shared_->options.idle_deadline);
    idle_ = true;
    error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    auto space = buffer_.prepare(4096);
    const auto got = co_await stream_.async_read_some(space, token);
    idle_ = false;
    buffer_.commit(got);
    co_return !status;
}

task<bool> session::serve_one()
{
    auto message = co_await read_request();
    if (!message) co_return false;
    const bool head_only = message->method() == bhttp::verb::head;
    const bool wanted = message->keep_alive();
    const auto version = message->version();
    auto asked = from_wire(std::move(*message));
    if (!asked) co_return co_await refuse(bhttp::make_error_code(bhttp::error::bad_target));
    stream_.expires_never();
    auto answered = co_await answer(std::move(*asked));
    const bool keep = wanted && !shared_->stopping && !answered.events;
    if (answered.events && !head_only)
        co_await write_events(std::move(answered), version);
    else
        co_await write(std::move(answered), version, head_only, keep);
    co_return keep;
}

task<std::optional<string_request>> session::read_request()
{
    parser reading;
    reading.header_limit(header_limit);
    reading.body_limit(shared_->options.body_limit);
    error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    stream_.expires_after(shared_->options.header_deadline);
    co_await bhttp::async_read_header(stream_, buffer_, reading, token);
    if (!status) {
        stream_.expires_after(shared_->options.body_deadline);
        co_await continue_if_expected(reading.get());
        co_await bhttp::async_read(stream_, buffer_, reading, token);
    }
    if (!status) co_return reading.release();
    co_await refuse(status);
    co_return std::nullopt;
}

task<> session::continue_if_expected(const string_request& head)
{
    if (!beast::iequals(head[bhttp::field::expect], "100-continue")) co_return;
    empty_response go_on(bhttp::status::continue_, head.version());
    co_await bhttp::async_write(stream_, go_on, asio::use_awaitable);
}

task<bool> session::refuse(error_code why)
{
    if (is_gone(why)) co_return false;
    unread_ = true;
    auto refusal = refusal_for(why, shared_->options.body_limit);
    co_await write(std::move(refusal), 11, false, false);
    co_return false;
}

task<response> session::answer(request asked)
{
    co_return co_await dispatch(shared_->routes, shared_->options.token, std::move(asked), peer_);
}

task<> session::write(response answer, unsigned version, bool head_only, bool keep)
{
    stream_.expires_after(shared_->options.write_deadline);
    if (head_only) {
        empty_response message;
        put_head(message, answer, version, keep);
        message.content_length(answer.body.size());
        co_await bhttp::async_write(stream_, message, asio::use_awaitable);
        co_return;
    }
    string_response message;
    put_head(message, answer, version, keep);
    message.body() = std::move(answer.body);
    message.prepare_payload();
    co_await bhttp::async_write(stream_, message, asio::use_awaitable);
}

// The handler sends while a second coroutine reads, for that is how one learns that the client went away. The
// first to end ends the other.
task<> session::write_events(response answer, unsigned version)
{
    auto executor = co_await asio::this_coro::executor;
    event_sender sender(stream_, shared_->options.write_deadline, version >= 11);
    co_await sender.begin(answer, version);
    if (shared_->stopping) co_return co_await sender.end();
    stream_.expires_never();
    rt::task_group group(executor);
    bool gone = false;
    auto sending = [&]() -> task<> {
        co_await answer.events(sender);
        group.cancel_all(rt::hard);
    };
    auto watching = [&]() -> task<> {
        std::array<char, 512> dropped{};
        error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        while (!status)
            co_await stream_.async_read_some(asio::buffer(dropped), token);
        gone = status != asio::error::operation_aborted;
        group.cancel_all(rt::hard);
    };
    group.spawn(sending(), "events");
    group.spawn(watching(), "watch");
    streaming_ = &group;
    std::exception_ptr thrown;
    try {
        co_await group.join();
    } catch (...) {
        thrown = std::current_exception();
    }
    streaming_ = nullptr;
    if (thrown) std::rethrow_exception(thrown);
    if (!gone) co_await sender.end();
}

// Says goodbye. After a refusal it reads what is still on its way, a little: closing with unread bytes would
// reset the connection and take the answer with it.
task<> session::close()
{
    error_code status;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, status);
    stream_.expires_after(std::chrono::seconds(1));
    std::array<char, 8192> dropped{};
    auto token = asio::redirect_error(asio::use_awaitable, status);
    for (int block = 0; block < 4096 && unread_ && !status; ++block)
        co_await stream_.async_read_some(asio::buffer(dropped), token);
    stream_.close();
}

} // namespace tropeiro::http
