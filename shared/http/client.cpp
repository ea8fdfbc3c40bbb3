#include "shared/http/client.hpp"

#include "shared/http/wire.hpp"
#include "shared/rt/deadline.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <array>

namespace tropeiro::http {
namespace {

namespace bhttp = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t answer_limit = std::uint64_t{256} << 20U;
constexpr auto connect_deadline = std::chrono::seconds(10);

struct address {
    std::string url; // as given, for messages
    std::string host;
    std::string port;
    std::string host_header;
    std::string path;
};

address parse_address(const std::string& url)
{
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http" || parsed->host().empty())
        throw failure(error_kind::usage, fmt::format("\"{}\" is not the address of a scheduler", url),
                      "write http://HOST:PORT");
    address out;
    out.url = url;
    out.host = parsed->host_address();
    out.port = parsed->has_port() ? std::string(parsed->port()) : "80";
    out.host_header = std::string(parsed->encoded_host_and_port());
    out.path = std::string(parsed->encoded_path());
    return out;
}

failure no_answer(const address& to, const std::string& why)
{
    return failure(error_kind::unreachable, fmt::format("{} does not answer: {}", to.url, why),
                   "start the scheduler with `tropeiro serve`, or correct server.url in tropeiro.toml");
}

task<> connect(beast::tcp_stream& stream, const address& to)
{
    tcp::resolver resolver(stream.get_executor());
    error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    const auto found = co_await resolver.async_resolve(to.host, to.port, token);
    if (!status) co_await stream.async_connect(found, token);
    if (status == asio::error::operation_aborted) throw boost::system::system_error(status);
    if (status) throw no_answer(to, status.message());
}

task<> write_request(beast::tcp_stream& stream, const address& to, const request& asked)
{
    string_request message(bhttp::string_to_verb(asked.method), target_of(to.path, asked), 11);
    message.method_string(asked.method);
    message.set(bhttp::field::host, to.host_header);
    message.set(bhttp::field::user_agent, "tropeiro");
    message.keep_alive(false);
    for (const auto& [name, value] : asked.headers)
        message.set(name, value);
    if (!asked.body.empty() && asked.headers.count("content-type") == 0)
        message.set(bhttp::field::content_type, "application/json");
    message.body() = asked.body;
    message.prepare_payload();
    error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    co_await bhttp::async_write(stream, message, token);
    if (status == asio::error::operation_aborted) throw boost::system::system_error(status);
    // A server that refuses a large body answers before it has read it all: the answer may be there in spite
    // of the broken write.
    if (status && status != asio::error::broken_pipe && status != asio::error::connection_reset)
        throw no_answer(to, status.message());
}

task<response> exchange(address to, request asked)
{
    auto executor = co_await asio::this_coro::executor;
    beast::tcp_stream stream(executor);
    co_await connect(stream, to);
    co_await write_request(stream, to, asked);
    bhttp::response_parser<bhttp::string_body> reading;
    reading.body_limit(answer_limit);
    if (asked.method == "HEAD") reading.skip(true);
    beast::flat_buffer buffer;
    error_code status;
    auto token = asio::redirect_error(asio::use_awaitable, status);
    co_await bhttp::async_read(stream, buffer, reading, token);
    if (status == asio::error::operation_aborted) throw boost::system::system_error(status);
    if (status) throw no_answer(to, status.message());
    co_return from_wire(reading.release());
}

// Reads one piece of the body; empty at its end.
class event_reader {
  public:
    event_reader(beast::tcp_stream& stream, const address& from, steady::duration quiet)
        : stream_(stream), from_(from), quiet_(quiet)
    {
        parser_.body_limit(boost::none);
    }

    task<> read_head()
    {
        error_code status;
        auto token = asio::redirect_error(asio::use_awaitable, status);
        stream_.expires_after(quiet_);
        co_await bhttp::async_read_header(stream_, buffer_, parser_, token);
        check(status);
    }

    task<std::string> next()
    {
        while (!parser_.is_done()) {
            parser_.get().body().data = block_.data();
            parser_.get().body().size = block_.size();
            error_code status;
            auto token = asio::redirect_error(asio::use_awaitable, status);
            stream_.expires_after(quiet_);
            co_await bhttp::async_read_some(stream_, buffer_, parser_, token);
            if (status != bhttp::error::need_buffer) check(status);
            const auto got = block_.size() - parser_.get().body().size;
            if (got > 0) co_return std::string(block_.data(), got);
        }
        co_return std::string();
    }

    unsigned status() const { return parser_.get().result_int(); }

    bool is_event_stream() const
    {
        return status() == 200 && parser_.get()[bhttp::field::content_type].starts_with("text/event-stream");
    }

  private:
    void check(const error_code& status) const
    {
        if (status == asio::error::operation_aborted) throw boost::system::system_error(status);
        if (status == beast::error::timeout)
            throw no_answer(from_, fmt::format("nothing came for {} s",
                                               std::chrono::duration_cast<seconds>(quiet_).count()));
        if (status) throw no_answer(from_, status.message());
    }

    beast::tcp_stream& stream_;
    const address& from_;
    steady::duration quiet_;
    beast::flat_buffer buffer_;
    bhttp::response_parser<bhttp::buffer_body> parser_;
    std::array<char, 8192> block_{};
};

[[noreturn]] void refused(const event_reader& reader, std::string body, const address& from)
{
    response answer;
    answer.status = reader.status();
    answer.body = std::move(body);
    throw failure(error_of(answer, from.url));
}

} // namespace

task<response> send(std::string url, request asked, steady::duration limit)
{
    auto to = parse_address(url);
    auto what = fmt::format("{} {}{}", asked.method, url, asked.path);
    auto exchanging = exchange(std::move(to), std::move(asked));
    co_return co_await rt::with_deadline(std::move(exchanging), limit, std::move(what));
}

task<response> send_checked(std::string url, request asked, steady::duration limit)
{
    auto answer = co_await send(url, std::move(asked), limit);
    if (!answer.ok()) throw failure(error_of(answer, url));
    co_return answer;
}

task<> stream(std::string url, request asked, std::function<bool(const sse_event&)> on_event,
              steady::duration quiet)
{
    const auto from = parse_address(url);
    asked.headers["accept"] = "text/event-stream";
    auto executor = co_await asio::this_coro::executor;
    beast::tcp_stream connection(executor);
    auto connecting = connect(connection, from);
    co_await rt::with_deadline(std::move(connecting), connect_deadline, "connecting to " + url);
    connection.expires_after(quiet);
    co_await write_request(connection, from, asked);
    event_reader reader(connection, from, quiet);
    co_await reader.read_head();
    const bool events = reader.is_event_stream();
    sse_parser parser;
    std::string other_body;
    for (;;) {
        const auto bytes = co_await reader.next();
        if (bytes.empty()) break;
        if (!events && other_body.size() < 65536) other_body += bytes;
        if (!events) continue;
        for (const auto& e : parser.feed(bytes))
            if (!on_event(e)) co_return;
    }
    if (!events) refused(reader, std::move(other_body), from);
}

} // namespace tropeiro::http
