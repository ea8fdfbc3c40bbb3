#include "shared/redis/client.hpp"

#include "shared/redis/reader.hpp"
#include "shared/rt/deadline.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace tropeiro::redis {
namespace {

using tcp = asio::ip::tcp;

/// Who may talk next. First come, first served; leaving the queue by cancellation is harmless.
class turns {
  public:
    explicit turns(const asio::any_io_executor& executor) : slot_(executor, 1) {}

    class holder {
      public:
        explicit holder(turns& owner) : owner_(&owner) {}
        holder(const holder&) = delete;
        holder& operator=(const holder&) = delete;
        ~holder()
        {
            owner_->slot_.try_receive([](auto...) {});
        }

      private:
        turns* owner_;
    };

    task<> wait()
    {
        if (slot_.try_send(boost::system::error_code())) co_return;
        co_await slot_.async_send(boost::system::error_code(), asio::use_awaitable);
    }

  private:
    asio::experimental::channel<void(boost::system::error_code)> slot_;
};

std::string describe(const url& address, const boost::system::error_code& why)
{
    return fmt::format("cannot reach redis at {}: {}", where(address), why.message());
}

} // namespace

class client::connection {
  public:
    connection(asio::any_io_executor executor, url address)
        : address_(std::move(address)), where_(where(address_)), socket_(executor), turns_(executor),
          reader_(where_)
    {
    }

    const url& address() const { return address_; }
    bool is_open() const { return socket_.is_open(); }
    void close()
    {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    task<> connect();
    task<> greet();
    task<std::vector<reply>> exchange(std::vector<command> what);

  private:
    task<> connect_tcp();
    task<std::vector<reply>> talk(const std::vector<command>& what);
    task<reply> next_reply();

    url address_;
    std::string where_;
    asio::generic::stream_protocol::socket socket_;
    turns turns_;
    reader reader_;
    std::array<char, 16 * 1024> buffer_{};
};

task<> client::connection::connect()
{
    try {
        if (address_.is_unix()) {
            const asio::local::stream_protocol::endpoint end(address_.path);
            const asio::generic::stream_protocol::endpoint generic(end);
            co_await socket_.async_connect(generic, asio::use_awaitable);
        } else {
            co_await connect_tcp();
        }
    } catch (const boost::system::system_error& e) {
        close();
        if (e.code() == asio::error::operation_aborted) throw;
        throw connection_lost(describe(address_, e.code()),
                              "check the address, and that redis-server runs there");
    }
}

task<> client::connection::connect_tcp()
{
    tcp::resolver resolver(socket_.get_executor());
    const auto port = std::to_string(address_.port);
    const auto found = co_await resolver.async_resolve(address_.host, port, asio::use_awaitable);
    tcp::socket plain(socket_.get_executor());
    co_await asio::async_connect(plain, found, asio::use_awaitable);
    plain.set_option(tcp::no_delay(true));
    plain.set_option(asio::socket_base::keep_alive(true));
    socket_ = std::move(plain);
}

task<> client::connection::greet()
{
    std::vector<command> words;
    if (!address_.password.empty()) {
        command auth("AUTH");
        if (!address_.user.empty()) auth.add(address_.user);
        auth.add(address_.password.reveal());
        words.push_back(std::move(auth));
    }
    if (address_.database != 0) words.emplace_back("SELECT", address_.database);
    words.emplace_back("PING"); // so that a server that wants a password, or is loading, says so now
    const auto answers = co_await exchange(std::move(words));
    for (const auto& answer : answers)
        answer.throw_if_error();
}

task<std::vector<reply>> client::connection::exchange(std::vector<command> what)
{
    co_await turns_.wait();
    const turns::holder turn(turns_);
    if (!is_open()) throw connection_lost(fmt::format("the connection to redis at {} is closed", where_));
    try {
        auto answers = co_await talk(what);
        co_return answers;
    } catch (const boost::system::system_error& e) {
        close();
        if (e.code() == asio::error::operation_aborted) throw;
        throw connection_lost(
            fmt::format("lost the connection to redis at {}: {}", where_, e.code().message()));
    } catch (const bad_reply&) {
        close();
        throw;
    }
}

task<std::vector<reply>> client::connection::talk(const std::vector<command>& what)
{
    std::string bytes;
    for (const auto& one : what)
        one.write_to(bytes);
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
    std::vector<reply> answers;
    answers.reserve(what.size());
    while (answers.size() < what.size()) {
        auto answer = co_await next_reply();
        answers.push_back(std::move(answer));
    }
    co_return answers;
}

task<reply> client::connection::next_reply()
{
    while (true) {
        auto complete = reader_.next();
        if (complete) co_return std::move(*complete);
        const auto length = co_await socket_.async_read_some(asio::buffer(buffer_), asio::use_awaitable);
        reader_.feed(std::string_view(buffer_.data(), length));
    }
}

namespace {

/// Keeps the connection alive while the call lasts, whatever becomes of the client.
task<> open_connection(std::shared_ptr<client::connection> connection)
{
    co_await connection->connect();
    co_await connection->greet();
}

task<std::vector<reply>> exchange(std::shared_ptr<client::connection> connection, std::vector<command> what)
{
    auto answers = co_await connection->exchange(std::move(what));
    co_return answers;
}

std::string sentence(const std::vector<command>& what, const url& address)
{
    const auto& first = what.front().name();
    if (what.size() == 1) return fmt::format("{} to redis at {}", first, where(address));
    return fmt::format("{} and {} more to redis at {}", first, what.size() - 1, where(address));
}

} // namespace

client::client(std::shared_ptr<connection> opened) : connection_(std::move(opened)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;

client::~client()
{
    if (connection_) connection_->close();
}

task<client> client::open(url address, milliseconds timeout)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto name = fmt::format("connecting to redis at {}", where(address));
    auto fresh = std::make_shared<connection>(executor, std::move(address));
    client owner(fresh); // closes it when what follows throws
    auto opening = open_connection(fresh);
    co_await rt::with_deadline(std::move(opening), timeout, name);
    co_return owner;
}

task<reply> client::call(command what, milliseconds deadline)
{
    std::vector<command> one;
    one.push_back(std::move(what));
    auto answers = co_await pipeline(std::move(one), deadline);
    answers.front().throw_if_error();
    co_return std::move(answers.front());
}

task<std::vector<reply>> client::pipeline(std::vector<command> what, milliseconds deadline)
{
    if (what.empty()) co_return std::vector<reply>();
    const auto name = sentence(what, connection_->address());
    auto talking = exchange(connection_, std::move(what));
    auto answers = co_await rt::with_deadline(std::move(talking), deadline, name);
    co_return answers;
}

bool client::is_open() const { return connection_->is_open(); }
void client::close() { connection_->close(); }
const url& client::address() const { return connection_->address(); }

} // namespace tropeiro::redis
